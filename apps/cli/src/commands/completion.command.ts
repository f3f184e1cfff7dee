import { type CommandDefinition, type CommandGroup, defineCommand } from "../command.ts"

/** Declares the command `completion`. @param commands all commands, this one included; called when it runs */
export const defineCompletion = (commands: () => readonly (CommandDefinition | CommandGroup)[]) =>
  defineCommand({
    name: "completion",
    arguments: [["<shell>", "bash, zsh or fish"]],
    summary: "print a script that completes commands, options, deployments, resources and codes",
    connects: false,
    options: [],
    notes:
      "bash  add to ~/.bashrc: source <(alien completion bash)\n" +
      "zsh   add to ~/.zshrc, after compinit: source <(alien completion zsh)\n" +
      "fish  alien completion fish > ~/.config/fish/completions/alien.fish\n" +
      "The names of deployments and resources come from the manager that the commands ask; one that does not answer\n" +
      "within 300 ms is not waited for.",
    examples: ["source <(alien completion bash)"],
    load: async () => (await import("./completion.ts")).completionOf(commands()),
  })
