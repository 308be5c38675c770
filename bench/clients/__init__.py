"""The same two calls, written for the client packages that ours is compared with, as their documentation shows.

Each is a program of its own: `python -m bench.clients.<name> HOST PORT USER MENU SHORT`, password in $ARI_PASSWORD.
It prints "ready" when it takes calls and runs until it is ended. A number that ends in 2 gets the menu.
"""
