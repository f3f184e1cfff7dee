interface Machine {
  platform: NodeJS.Platform
  env: Readonly<Record<string, string | undefined>>
}

/** Is there a screen for a browser? Without one, `open` would start a browser in the terminal. */
export const hasBrowser = ({ platform, env }: Machine): boolean =>
  platform === "darwin" || platform === "win32" || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME)

/** Opens a URL in the user's browser, without waiting for it; false where that is not possible. Only http and https. */
export async function openUrl(url: string, machine: Machine): Promise<boolean> {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "") || !hasBrowser(machine)) return false
  try {
    const { default: open } = await import("open")
    const child = await open(url)
    return await new Promise((resolve) => {
      child.once("spawn", () => resolve(true))
      child.once("error", () => resolve(false))
      if (child.pid !== undefined) resolve(true)
    })
  } catch {
    return false
  }
}
