import type { CodeFacts } from "../facts.ts"

/** What the manager keeps: its data directory, database, keys and leases. */
export const dataDirectoryCodes = {
  artifact_missing: {
    means: "An artifact that a release names is not in the data directory.",
    fix: "Run `alien release` again.",
    acts: "vendor",
  },
  backup_failed: {
    means:
      "A backup could not be written: the disk has too little room, or refuses. The message says which; nothing of it is left, and the manager goes on.",
    fix: "Free some space or name a directory on another disk, then run `alien backup` again.",
    acts: "vendor",
  },
  backup_running: {
    means: "A backup of this installation is being made already.",
    fix: "Wait for its end.",
    http: 409,
    retryable: true,
  },
  backup_target_invalid: {
    means:
      "A backup cannot become the directory that was named: it is not empty, lies in the data directory, or cannot be made. Nothing was written.",
    fix: "Name a directory on the manager's machine that is not there yet, or an empty one.",
    http: 422,
  },
  clock_jumped: {
    means:
      "A line of the manager's log, not an error: the clock was set back, or it went forward by more than the manager slept. After a step back every deployment is looked at again.",
    fix: "Nobody has to act; keep the clock with a time server.",
    acts: "manager",
  },
  data_directory_locked: {
    means: "Another process works in the data directory; the message names its process id, start time and command.",
    fix: "Whoever starts the second one stops the first or uses another data directory. The lock ends with its process, however it ends, so there is nothing to delete.",
    acts: "vendor",
  },
  data_directory_ambiguous: {
    means:
      "`alien stop` was called without `--data`, and something runs for two data directories: the `.alien` of this folder and the user's own.",
    fix: "Name the one that is meant: `alien stop --data DIRECTORY`.",
    exit: 2,
  },
  data_directory_unsafe: {
    means:
      "The data directory belongs to another user or can be written by others, who could choose what runs as the user of the manager. Nothing in it was touched.",
    fix: "Run the `chmod` of the hint, or choose a directory of your own. On a file system without modes, as Windows disks under WSL are, everybody may write; choose another place.",
    acts: "vendor",
  },
  data_directory_unsuitable: {
    means:
      "The file system of the data directory cannot do what a manager needs: replace a file by renaming, keep modes, write through to the disk, lock a file. File systems that imitate another one, or share a folder over a network, miss some of it. Nothing was started.",
    fix: "Whoever runs the manager chooses a directory on a local file system of this machine with `--data`.",
    acts: "vendor",
  },
  database_corrupt: {
    means:
      "The database file is damaged, cut, not a database, or another program's. It is never repaired and stays as it is. A small database is checked whole at every start, of one above 16 MiB its size and the ends of its tables. Seen while running, it concerns what was just read, and the disk deserves a look.",
    fix: "Whoever runs the manager restores a backup of `manager.db` in its place and removes `manager.db-wal` and `manager.db-shm`, which belong to the damaged one, or moves the data directory away to start anew.",
    acts: "vendor",
  },
  database_missing: {
    means:
      "The data directory holds what an installation made (`key`, `run/`, `artifacts/`, `gateway/` or `installation.json`), but `manager.db` is missing or holds nothing. A start would make another installation, with another admin token, that knows nothing of what runs. Nothing was changed.",
    fix: "Whoever runs the manager restores a backup of `manager.db`, or moves the whole directory away to start anew; `alien stop` ends what still runs from it before that.",
    acts: "vendor",
  },
  database_newer: {
    means:
      "The database was written by a later version with a schema that this one does not know. Nothing was changed.",
    fix: "Whoever runs the manager starts that version or a later one.",
    acts: "vendor",
  },
  installation_mismatch: {
    means:
      "`manager.db` is the database of another installation than the one that the data directory belongs to; both are named, and `installation.json` says the latter. Nothing was changed.",
    fix: "Whoever runs the manager restores a backup of the right database, or moves the directory away to start anew. To go on with the other installation, put its `manager.db` and its `key` into a directory of their own.",
    acts: "vendor",
  },
  installation_running: {
    means:
      "The data directory is a copy of another one of this user, from which the same installation works now: a manager, or what it deployed. Two of one installation would run everything twice and act on the same objects. Nothing was changed.",
    fix: "End the other one: its manager with Ctrl-C, what it deployed with `alien stop --data DIRECTORY`. For an installation of its own start with an empty directory.",
    acts: "vendor",
  },
  key_invalid: {
    means:
      "The file `key` of the data directory does not hold an installation key, on which hashes in the database depend. Or `ALIEN_ENCRYPTION_KEY` is not 32 bytes in base64 or hex, or is another key than that file's.",
    fix: "Restore the file from a backup; correct or unset the variable.",
    acts: "vendor",
  },
  key_missing: {
    means:
      "The data directory has the database of an installation but not the file `key` that it depends on, and `ALIEN_ENCRYPTION_KEY` is not set.",
    fix: "The operator restores the file from a backup or sets the variable; nothing is made anew.",
    acts: "vendor",
  },
  key_wrong: {
    means:
      "The secret key, from `ALIEN_ENCRYPTION_KEY` or the file `key`, is not the one that the data directory was made with. Nothing was opened.",
    fix: "The operator sets the variable to that key or restores the file from a backup.",
    acts: "vendor",
  },
  lease_lost: {
    means:
      "A run wanted to write for a deployment that it no longer holds, because it ended or another process took over after the lease. Nothing was written.",
    fix: "Nobody has to act: the run stops, the one that took over goes on.",
    acts: "manager",
    retryable: true,
  },
  store_conflict: {
    means: "Something with the same key is stored already, an id that was used twice for example.",
    fix: "The caller reads what is there, or uses another id.",
  },
  store_unavailable: {
    means:
      "The database cannot be read or written now: no space, no permission, an I/O error, another program that holds it, or a manager that is stopping. What was answered before is kept.",
    fix: "The message carries the reason; whoever runs the manager removes it, and the same call may then succeed.",
    acts: "vendor",
    retryable: true,
    http: 503,
  },
} as const satisfies Record<string, CodeFacts>
