import type { Bench } from "./bench.ts"

/** The entry `./bench` of a simulator's package: `openBench` opens a cloud with an empty deployment in it. */
interface BenchEntry {
  openBench(): Bench
}

/** Loads the bench of a platform from its simulator's package. Exits with 2 where there is none. */
export async function loadBench(platform: string): Promise<() => Bench> {
  const name = `@alienplatform/simulator-${platform}/bench`
  try {
    const { openBench }: BenchEntry = await import(name)
    return openBench
  } catch (error) {
    if (!isMissing(error)) throw error
    console.error(`no bench for platform ${platform}: ${name} is not there; it exports openBench()`)
    return process.exit(2)
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  ["ERR_MODULE_NOT_FOUND", "ERR_PACKAGE_PATH_NOT_EXPORTED"].includes(String(error.code))
