"""Offer choices and wait for a key."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ivr.ask import COMMON_PROMPTS, MOST_HELPS, Exhausted, Keyed, Question, ask
from ivr.keys import one_of, or_extension
from ivr.step import EVERYWHERE, GAVE_UP, Exit, Fault, Options, Prompt, Step, kind, plain
from ivr.visit import Visit

EXTENSION = "extension"  # the exit, and the function that a tenant may switch off


@kind("menu", zh="菜单")
@dataclass(frozen=True, slots=True)
class Menu(Step):
    """options  key → {"say": prompt, "exit": outcome, "enabled": true or false, "feature": function}; in spoken order
    help     what a silent caller hears
    say      said before the options; may be left out
    helps    how often a silent caller is helped before "gave up" (0 to 2)
    extensions  first digits of extensions that may be dialled at once, like "5678": a second digit within 3 seconds
             begins one (exit "extension"); a choice on these keys waits for that

    `*` (back) and `0` (agent) are always there unless they are among the options. An option whose function the tenant
    does not offer is not spoken, and its key is wrong.
    """

    options: Options
    help: Prompt
    say: Prompt = ""
    helps: int = MOST_HELPS
    extensions: str = ""

    def keys(self) -> Mapping[str, Exit]:
        mine = {key: option.exit for key, option in self.options.items() if option.enabled}
        return mine | {key: exit for key, exit in EVERYWHERE.items() if key not in self.options}

    def exits(self) -> Collection[Exit]:
        dialled = [EXTENSION] if self.extensions else []
        return tuple(dict.fromkeys((*self.keys().values(), *dialled, GAVE_UP)))

    def quiet(self) -> Collection[Exit]:
        return (GAVE_UP,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        spoken = [option.say for option in self.options.values() if option.enabled]
        return plain(*([self.say] if self.say else []), *spoken, self.help, *COMMON_PROMPTS)

    def faults(self) -> Collection[Fault]:
        found = []
        if not any(option.enabled for option in self.options.values()):
            found.append(
                Fault("options", "no option is enabled; enable at least one", "没有启用任何选项，请至少启用一项")
            )
        if not 0 <= self.helps <= MOST_HELPS:
            found.append(Fault("helps", "must be 0, 1 or 2", "只能是 0、1 或 2"))
        if not set(self.extensions) <= set("123456789"):
            found.append(Fault("extensions", 'must be digits, like "5678"', '须为数字，例如 "5678"'))
        for key in self.options:
            for longer in self.options:
                if longer != key and longer.startswith(key):
                    en = f"key “{key}” is the beginning of key “{longer}”: the caller could never mean the longer one"
                    zh = f"按键“{key}”是“{longer}”的开头，来电者无法选择后者"
                    found.append(Fault("options", f"{en}; give one of them another key", f"{zh}；请更换其中一个按键"))
        return found

    async def run(self, visit: Visit) -> Exit:
        missing = {key for key, option in self.options.items() if option.feature in visit.service.off}
        spoken = [option.say for key, option in self.options.items() if option.enabled and key not in missing]
        words = [visit.prompt(name) for name in ([self.say] if self.say else []) + spoken]
        keys = {key: exit for key, exit in self.keys().items() if key not in missing}
        rule = one_of(keys)
        if self.extensions and EXTENSION not in visit.service.off:
            rule = or_extension(rule, self.extensions)
        match await ask(visit, Question(words, rule, [visit.prompt(self.help)], helps=self.helps)):
            case Keyed(key) if key in keys:
                return keys[key]
            case Keyed(typed) if typed[1].isdecimal():  # the beginning of an extension's number, for the next step
                visit.put_back(typed)
                return EXTENSION
            case Keyed(typed):  # a choice that waited for a second digit, and another key came
                visit.put_back(typed[1:])
                return keys[typed[0]]
            case Exhausted():
                return GAVE_UP
