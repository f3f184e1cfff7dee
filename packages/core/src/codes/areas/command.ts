import type { CodeFacts } from "../facts.ts"

/** The command `alien` itself. */
export const commandCodes = {
  answer_invalid: {
    means: "Something answered that is not a manager, or one of another version.",
    fix: "Check the address and that client and manager have matching versions.",
    acts: "vendor",
    exit: 5,
  },
  code_unknown: {
    means: "`alien explain` was asked for a code that this version does not have.",
    fix: "Take the one that the message offers, or look into the documents of the version that said it.",
    exit: 4,
  },
  config_insecure: {
    means:
      "The user's `config.json`, or the `.alien/dev.json` of an `alien dev` that runs, holds a token and others could read it.",
    fix: "Run the `chmod 600` of the hint; if others had access, make a new token.",
    exit: 2,
  },
  config_invalid: {
    means:
      "A configuration file (the user's `config.json`, or `alien.config.json` of `alien serve`) cannot be read or holds something unknown.",
    fix: "Correct what the message names, or remove the file.",
    exit: 2,
  },
  confirmation_required: {
    means: "The command would change or delete something, and there is no terminal to ask on.",
    fix: "Look at the plan that it printed, then run it again with `--yes`.",
    exit: 2,
  },
  curl_missing: {
    means: "`alien curl` runs curl, and there is none on the `PATH`.",
    fix: "Install curl, or ask the URL with another client.",
  },
  delete_failed: {
    means: "Not everything of a deployment could be deleted; the message carries the manager's reason.",
    fix: "Put that right and run `alien destroy NAME` again.",
    acts: "vendor",
  },
  deployment_ambiguous: {
    means: "A command was called without the name of a deployment, and there are several.",
    fix: "Name the one that is meant.",
    exit: 2,
  },
  deployment_failed: {
    means: "`alien wait` was told that the deployment failed; the message carries the deployment's own error.",
    fix: "Whoever deploys puts that right and runs `alien retry NAME`, or deploys another release.",
    acts: "vendor",
  },
  deployment_not_found: {
    means: "The manager has no deployment of that name, or the token may not see it.",
    fix: "Name one of those in the hint, which lists all there are.",
    exit: 4,
  },
  detached: {
    means: "Ctrl-C ended a command that only waited. What it waited for goes on in the manager.",
    fix: "Run the command line in the message to wait for it again.",
  },
  dev_running: {
    means:
      "`alien dev` is started where a manager works already, another `alien dev` or an `alien serve`; the message names its process.",
    fix: "Use that one from the other commands, or end it first.",
  },
  endpoint_ambiguous: {
    means: "A command was called without the name of an endpoint, and the deployment has several.",
    fix: "Name one of those that the hint lists: `RESOURCE` or `RESOURCE.ENDPOINT`.",
    exit: 2,
  },
  endpoint_not_found: {
    means: "The deployment has no public endpoint of that resource and name. The hint lists those that there are.",
    fix: "Name one of them, or declare it in the stack with `.publicEndpoint(name)`.",
    exit: 4,
  },
  file_refused: {
    means:
      "The operating system refused a file or folder that the command needs: no permission, a read-only or unsuitable file system, a full disk. The message names it and the reason.",
    fix: "Do what the hint says; `alien doctor` checks every folder that is used.",
  },
  home_invalid: {
    means:
      "`HOME` is not set or no absolute path, or `ALIEN_HOME` is relative, so it is unknown where this user's files lie.",
    fix: "Set it to the absolute path of a directory of this user.",
    exit: 2,
  },
  init_failed: {
    means: "`alien init` cannot write a file; the message names it and the reason. What it wrote before is kept.",
    fix: "Put the reason right and run it again: it goes on from there.",
  },
  interrupted: {
    means: "Ctrl-C or a signal ended the command. What it had started at the manager goes on.",
    fix: "Look with `alien status NAME`, or run the command again.",
    exit: 130,
  },
  manager_running: {
    means: "`alien stop` is for what a manager left running, and a manager still works in that data directory.",
    fix: "End it first, or stop one deployment with `alien destroy`.",
  },
  manager_unknown: {
    means: "Neither `--manager`, nor `ALIEN_MANAGER_URL`, nor the user's file names a manager.",
    fix: "Start one with `alien serve`, or name one.",
    exit: 5,
  },
  manager_unreachable: {
    means: "No answer came from the manager: it does not run, the address is wrong, or the network is in the way.",
    fix: "Start it, or correct the address.",
    retryable: true,
    exit: 5,
  },
  node_not_usable: {
    means: "The Node 24 that was found does not start, for example because it was built for another C library.",
    fix: "Install Node 24 for this system and put it first on the PATH.",
  },
  node_too_old: {
    means: "The command runs on a Node older than 24, and neither the bundled one nor the one on the PATH is newer.",
    fix: "Install Node 24 and put it first on the PATH; in a checkout on Linux `npm ci` brings it.",
  },
  packages_unavailable: {
    means:
      "`alien init` cannot pack `@alienplatform/core` and `@alienplatform/sdk` for the project that it writes; nothing was written. A checkout compiles them first; an installed `alien` has them beside itself.",
    fix: "In a checkout run `npm ci`, which installs what compiling needs; else install `alien` again.",
  },
  plan_failed: {
    means: "The manager could not plan and gave no reason.",
    fix: "Ask again; if it stays, look into the manager's log.",
    acts: "vendor",
    retryable: true,
  },
  platform_mismatch: {
    means: "`--platform` names another platform than the one that the deployment is on; a deployment never changes it.",
    fix: "Leave the option out, or take another name.",
    exit: 2,
  },
  settings_file_invalid: {
    means: "The file given with `--settings` cannot be read or holds no JSON object.",
    fix: "Correct the file; `/v1/schemas/stack-settings` of the manager says what belongs in it.",
    exit: 2,
  },
  stack_exists: {
    means: "`alien init` was asked to write where a stack lies already; nothing was written.",
    fix: "Choose another folder, or take only the packages of this `alien` with `alien init --packages`.",
    exit: 2,
  },
  template_unknown: {
    means: "`alien init --template` names a template that there is not.",
    fix: "Name one of those in the hint, which lists all there are.",
    exit: 2,
  },
  token_of_other_installation: {
    means:
      "The manager at that address is of another installation than the one that gave the token: another one was started there, or the token belongs to an address of earlier. The token was not sent; both installations are named.",
    fix: "Start the manager that is meant, name its address with `--manager`, or log in to the one that answers: `alien login URL`.",
    exit: 4,
  },
  unknown_command: {
    means: "There is no such command.",
    fix: "The hint names the nearest one; `alien --help` lists all.",
    exit: 2,
  },
  url_not_known: {
    means: "The endpoint has no URL yet because it is still being made, or failed.",
    fix: "`alien info NAME` shows which; while it is being made, ask again.",
    acts: "manager",
  },
  url_waiting: {
    means: "The endpoint has no URL yet because a person has to act first.",
    fix: "The hint says what has to be done; `alien info NAME` says the rest.",
    exit: 3,
  },
  usage_invalid: {
    means: "An option or argument of the command line is wrong; the message names it.",
    fix: "Correct it; `alien COMMAND --help` shows examples.",
    exit: 2,
  },
  variable_unknown: {
    means: "`alien env unset` names a variable that the deployment does not have; the message has the nearest one.",
    fix: "Look at `alien env list NAME`.",
    exit: 4,
  },
  wait_timeout: {
    means: "The command waited as long as `--timeout` allows; what it waited for goes on at the manager.",
    fix: "Look with `alien info NAME`, or run the command again with a longer time.",
    retryable: true,
  },
  waiting_on_person: {
    means: "`alien wait` reached its timeout, and an endpoint waits for somebody to act.",
    fix: "`alien status NAME` says who has to do what.",
    exit: 3,
  },
} as const satisfies Record<string, CodeFacts>
