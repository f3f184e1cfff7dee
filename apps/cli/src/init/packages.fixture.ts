import { archive } from "../build/archive.ts"
import type { OwnPackage } from "./own-packages.ts"

/** Empty packages of a version that does not exist. */
export const emptyPackages = async (): Promise<OwnPackage[]> =>
  Promise.all(
    (["@alienplatform/core", "@alienplatform/sdk"] as const).map(async (name) => ({
      name,
      path: `vendor/${name.slice(1).replace("/", "-")}-9.8.7.tgz`,
      tarball: await archive({ "package/package.json": JSON.stringify({ name, version: "9.8.7" }) }),
    })),
  )
