import type { CodeFacts } from "../facts.ts"

/** What the manager keeps: its data directory, database, keys and leases. */
export const dataDirectoryCodes = {
  artifact_missing: {
    means: "An artifact that a release names is not in the data directory.",
    fix: "Run `alien release` again.",
    acts: "vendor",
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
