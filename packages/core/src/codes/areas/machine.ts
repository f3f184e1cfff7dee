import type { CodeFacts } from "../facts.ts"

/** Programs and files of the local platform. */
export const machineCodes = {
  body_too_large: {
    means: "A process specification for the local supervisor is over 1 MiB.",
    fix: "Shorten the environment.",
    acts: "vendor",
    http: 413,
    exit: 1,
  },
  certificate_authority_corrupt: {
    means:
      "The files of the local certificate authority (`ca.crt`, `ca.key`) are incomplete, unreadable or not an authority. They are never replaced silently, since browsers may trust them.",
    fix: "The user restores both files, or deletes both to have a new authority made and trusts that one instead.",
    acts: "vendor",
  },
  certificate_authority_expired: {
    means: "The local certificate authority is not valid at the present time.",
    fix: "The user checks the clock, or deletes `ca.crt` and `ca.key` to have a new authority made and trusts that one instead.",
    acts: "vendor",
  },
  certificate_authority_key_mismatch: {
    means: "`ca.key` of the local certificate authority is not the key of `ca.crt`.",
    fix: "The user restores the pair, or deletes both files to have a new authority made.",
    acts: "vendor",
  },
  certificate_host_not_local: {
    means:
      "A certificate of the local authority was asked for a name that is not a lower-case DNS name under `localhost`.",
    fix: "Change the host label.",
    acts: "vendor",
  },
  certificate_unreadable: {
    means: "A certificate's file is damaged or is not PEM.",
    fix: "Give the chain in PEM, leaf first; a local one is issued again once its directory is removed.",
    acts: "vendor",
  },
  gateway_already_running: {
    means: "A gateway already answers on the control socket of this data directory.",
    fix: "Use that one, or stop it first.",
    acts: "vendor",
  },
  gateway_config_invalid: {
    means: "The configuration that the gateway was started with does not exist or is not of format 1.",
    fix: "Start the manager again: it writes the file.",
    acts: "vendor",
  },
  gateway_failed: {
    means: "The local gateway was started and ended, or did not answer in time.",
    fix: "Read its last lines in the message.",
    acts: "vendor",
    retryable: true,
  },
  gateway_unavailable: {
    means: "The local gateway does not answer, so its routes are not served.",
    fix: "The supervisor starts it again by itself; if it stays, run the manager again.",
    acts: "manager",
  },
  port_in_use: {
    means:
      "Another program listens on a port that is needed: the one that this data directory's URLs carry, or that of a tcp endpoint, or the manager's own; the message names it where the system tells.",
    fix: "Stop it; a tcp endpoint then comes by itself, else start again.",
    acts: "vendor",
  },
  ports_exhausted: {
    means: "No free loopback port was found.",
    fix: "Stop programs that listen there.",
    acts: "vendor",
    retryable: true,
    http: 503,
    exit: 1,
  },
  ports_file_locked: {
    means: "Another process has been writing `ports.json` for more than five seconds.",
    fix: "Try again.",
    acts: "vendor",
    retryable: true,
  },
  ports_file_unreadable: {
    means: "`ports.json` is damaged.",
    fix: "Remove it, ports are then chosen again.",
    acts: "vendor",
  },
  protocol_mismatch: {
    means: "The local supervisor or gateway answered in another format: another version runs.",
    fix: "Stop it and use one version.",
    acts: "vendor",
  },
  route_host_taken: {
    means: "Two routes of the local gateway's table name the same host; the first is served, the second rejected.",
    fix: "Remove one of them.",
    acts: "vendor",
  },
  route_table_invalid: {
    means:
      "`gateway/routes.json` is not a route table that this gateway understands; the table before it is still served.",
    fix: "Run gateway and manager of the same version.",
    acts: "vendor",
  },
  routes_unreadable: {
    means: "`gateway/routes.json` is damaged.",
    fix: "Move it away, the routes are then written again.",
    acts: "vendor",
  },
  runtime_directory_unsafe: {
    means: "The directory for sockets belongs to another user or can be written by others.",
    fix: "Remove it, or set `XDG_RUNTIME_DIR` to one of your own.",
    acts: "vendor",
  },
  sockets_refused: {
    means:
      "No Unix socket can be made in the directory for sockets: its file system takes none, or the user may not write there. Supervisor and gateway are not started.",
    fix: "Choose a directory of your own on a local disk: `ALIEN_HOME` where it is set, else `XDG_RUNTIME_DIR`, names it.",
    acts: "vendor",
  },
  socket_path_too_long: {
    means: "The path of a Unix socket is longer than the system allows (107 bytes on Linux).",
    fix: "Choose a shorter runtime directory, for example by `XDG_RUNTIME_DIR`.",
    acts: "vendor",
  },
  spec_invalid: {
    means:
      "The local supervisor was asked to run something that is not a process specification; the message lists what is wrong.",
    fix: "It is a fault of this software: report it.",
    acts: "manager",
    http: 400,
    exit: 1,
  },
  supervisor_unavailable: {
    means: "The local supervisor was started and ended at once, or did not answer in time.",
    fix: "The message has its last line; for more read `run/supervisor.log` in the data directory.",
    acts: "vendor",
    retryable: true,
  },
} as const satisfies Record<string, CodeFacts>
