import type { CodeFacts } from "../facts.ts"

/** Building what a stack names, and artifacts that a machine cannot use. */
export const buildCodes = {
  artifact_invalid: {
    means: "An artifact is no archive, or has no usable manifest.json, so it is not installed, or the worker exits.",
    fix: "The vendor builds and releases the stack again.",
    acts: "vendor",
  },
  artifact_target_mismatch: {
    means:
      "An artifact holds a program, or compiled code of a package, for machines of another kind than the platform has, for example `linux-arm64` on `linux-x64`. It was not released, or not unpacked.",
    fix: "The vendor builds for the platform's target: packages by `--target`; programs on such a machine, or cross-compiled: cargo takes `build.target` from `.cargo/config.toml`, go `GOOS` and `GOARCH`.",
    http: 422,
    acts: "vendor",
  },
  artifact_too_large: {
    means: "Unpacked, an artifact holds more bytes or files than are taken.",
    fix: "Leave out what the program does not need.",
    acts: "vendor",
  },
  artifact_unsafe: {
    means:
      "An artifact holds a path or a link that leaves its directory, a device or a name that is not plain. Nothing was unpacked.",
    fix: "Build it with `alien release`.",
    acts: "vendor",
  },
  binary_ambiguous: {
    means: "Two packages of a cargo workspace have a binary of the name in `binaryName`.",
    fix: "The vendor sets `src` to the folder of the one that is meant.",
    acts: "vendor",
    exit: 2,
  },
  binary_not_found: {
    means: "The cargo package in `src` has no binary of the name in `binaryName`; the message lists those it has.",
    fix: "The vendor corrects the name, or sets `src` to the folder of the package that has it.",
    acts: "vendor",
    exit: 2,
  },
  build_failed: {
    means:
      "esbuild could not bundle the stack's file or a resource's source, cargo could not compile one, or Docker or Podman could not build its image; the first twenty errors are listed, with file, line and column where they have a place, of an image the last lines.",
    fix: "The vendor corrects them and builds again.",
    acts: "vendor",
    exit: 2,
  },
  cargo_failed: {
    means:
      "cargo ended before it compiled anything: a Cargo.toml that it cannot read, a dependency that it cannot get, a feature that a binary requires, a toolchain that is not installed. Its own last lines follow.",
    fix: "The vendor corrects what they say. Or what is called `cargo` on the `PATH` succeeded without cargo's answers, as a wrapper may: put cargo itself first.",
    acts: "vendor",
    exit: 2,
  },
  cargo_not_found: {
    means: "A resource is built from Rust, and there is no `cargo` on the `PATH`, or it may not be run.",
    fix: "Install Rust from https://rustup.rs, or add the folder of cargo to the `PATH`.",
    acts: "vendor",
  },
  docker_not_found: {
    means: "A resource is built by toolchain `docker`, and there is neither `docker` nor `podman` on the `PATH`.",
    fix: "Install Docker or Podman, or add its folder to the `PATH`.",
    acts: "vendor",
  },
  command_not_found: {
    means:
      "What `.command()` starts cannot be started: the program is neither in the artifact nor on the `PATH` of the machine, or it may not be executed, or the interpreter in the first line of a script is not there. Said when it is built where it should be in the artifact, else before the first start; nothing runs over and over.",
    fix: "The vendor corrects `.command()` or puts the program into `src`; whoever runs the machine installs what it should have, and runs `alien retry`.",
    acts: "vendor",
    exit: 2,
  },
  executable_not_supported: {
    means: "cargo built something else than a program for Linux, macOS, FreeBSD or OpenBSD, for example WebAssembly.",
    fix: "The vendor corrects `build.target` in `.cargo/config.toml`.",
    acts: "vendor",
    exit: 2,
  },
  file_not_carried: {
    means:
      "A file that a resource's source reads, or that its package.json names in `files`, cannot be put into the artifact: it is not there, or only running the code would tell which one is meant. File, line and column are in the message.",
    fix: "The vendor corrects the path, builds the file first, or names what is read in `files`.",
    acts: "vendor",
    exit: 2,
  },
  handler_missing: {
    means:
      "The source of a worker does not default-export an object with a `fetch` function; said when it is built, or when the worker starts.",
    fix: "The vendor adds `export default { fetch(request) { … } }`.",
    acts: "vendor",
    exit: 2,
  },
  native_module_not_supported: {
    means:
      "The source of a resource needs a package that loads compiled code (`.node`), and there is none of it for the target that artifacts are built for: it is for another system, CPU, C library or Node, or only a script of the package would build or download it. The message names the package, the file and the reason.",
    fix: "The vendor installs it on such a machine, or uses a version that ships prebuilt files, or a package in JavaScript or WebAssembly.",
    acts: "vendor",
    exit: 2,
  },
  package_file_invalid: {
    means:
      "The package.json in a resource's source is not JSON, its `main` is not a path, or its `files` no list of paths.",
    fix: "The vendor corrects it.",
    acts: "vendor",
    exit: 2,
  },
  source_not_found: {
    means:
      "The `src` of a resource, or the entry in it (package.json `main`, else src/index or index with .ts, .tsx, .js, .mjs or .cjs), does not exist; the message lists the paths tried.",
    fix: "The vendor corrects `.code()` or builds what `main` names.",
    acts: "vendor",
    exit: 2,
  },
  stack_file_failed: {
    means:
      "The stack's file threw while it ran, and the message starts with file, line and column; or it ended its process, and the message says with which exit code.",
    fix: "The vendor corrects it there.",
    acts: "vendor",
    exit: 2,
  },
  stack_file_invalid: {
    means: "The stack's file ran but exports no built stack.",
    fix: "The vendor ends it with `export default new alien.Stack(…)….build()`.",
    acts: "vendor",
    exit: 2,
  },
  stack_not_found: {
    means: "There is no alien.ts, alien.js or alien.mjs where the command looked; the message lists the places.",
    fix: "The vendor runs the command in the stack's folder, or names the file.",
    acts: "vendor",
    exit: 2,
  },
  target_invalid: {
    means:
      "What artifacts are to be built for is no target. Targets are a system and a CPU, such as `linux-x64`, with `-musl` for Linux with that C library.",
    fix: "Correct `--target`.",
    acts: "vendor",
    exit: 2,
  },
  toolchain_not_supported: {
    means:
      "The source of a resource needs a toolchain that cannot build that kind of resource: `typescript` and `docker` build all of them, `rust` a Container or a Daemon.",
    fix: "The vendor uses one of these, or builds an image and declares it.",
    acts: "vendor",
    exit: 2,
  },
} as const satisfies Record<string, CodeFacts>
