export interface BackupProgress {
  /** Of `totalBytes`, which is known beforehand but for what is added meanwhile. */
  copiedBytes: number
  totalBytes: number
  /** What was copied last, by its path in the data directory. */
  path: string
}

export interface BackupContents {
  database: { bytes: number }
  artifacts: { count: number; bytes: number }
  certificates: { count: number; bytes: number }
  /** False where ALIEN_ENCRYPTION_KEY holds it: it is in no file then, and has to be kept beside the backup. */
  key: boolean
}

/** What a backup is and holds. */
export interface BackupReport {
  /** Absolute path; `alien serve --data` opens it. */
  directory: string
  /** `ins_…` */
  installation: string
  bytes: number
  contents: BackupContents
}

export interface BackupOptions {
  signal: AbortSignal
  progress(now: BackupProgress): void
}
