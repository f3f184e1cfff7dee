import { type CommandDefinition, type CommandGroup, defineCommand } from "../command.ts"

/** Declares the command `completion`. @param commands all commands, this one included; called when it runs */
export const defineCompletion = (commands: () => readonly (CommandDefinition | CommandGroup)[]) =>
  defineCommand({
    name: "completion",
    arguments: [["<shell>", "bash, zsh or fish"]],
    summary: "print a script that completes commands and options",
    connects: false,
    options: [],
    notes:
      "bash  add to ~/.bashrc: source <(alien completion bash)\n" +
      "zsh   add to ~/.zshrc, after compinit: source <(alien completion zsh)\n" +
      "fish  alien completion fish > ~/.config/fish/completions/alien.fish",
    examples: ["source <(alien completion bash)"],
    load: async () => (await import("./completion.ts")).completionOf(commands()),
  })
