import type { inspect } from "../serve/inspect.ts"
import { errorFinding, type Finding, failFinding, okFinding, warnFinding } from "./finding.ts"

type LocalFindings = Awaited<ReturnType<typeof inspect>>
const DAY_MS = 86_400_000

/** Turns what the local platform reports into findings. */
export const localFindings = (found: LocalFindings, now: number, system: NodeJS.Platform): Finding[] => [
  socketsFinding(found),
  ...processFindings(found),
  ...found.ports.map((port) => portFinding(port, found)),
  authorityFinding(found, now, system),
  containersFinding(found),
]

const socketsFinding = ({ sockets }: LocalFindings): Finding =>
  "error" in sockets ? errorFinding("sockets", sockets.error) : okFinding("sockets", sockets.directory)

function processFindings({ supervisor, gateway }: LocalFindings): Finding[] {
  if (!supervisor) return [okFinding("supervisor", "not running; it starts with the first deployment")]
  if ("error" in supervisor)
    return [
      failFinding(
        "supervisor",
        supervisor.error.message,
        "stop it with the version of alien that started it: alien stop",
      ),
    ]
  const { pid, protocol, processes } = supervisor
  return [
    okFinding(
      "supervisor",
      `process ${pid}, protocol ${protocol}, ${processes} ${processes === 1 ? "program" : "programs"}`,
    ),
    gateway
      ? okFinding("gateway", `process ${gateway.pid} on port ${gateway.port}`)
      : warnFinding(
          "gateway",
          "the supervisor runs and the gateway does not answer",
          "see logs/gateway in the data directory; it is started again by itself",
        ),
  ]
}

function portFinding(
  { service, port, reserved, holder }: LocalFindings["ports"][number],
  { gateway }: LocalFindings,
): Finding {
  const check = `${service} port`
  const chosen = reserved ? `${port}, chosen for this data directory` : `${port}, the first that would be tried`
  if (!holder) return okFinding(check, `${chosen}; free`)
  if (service === "gateway" && gateway?.port === port) return okFinding(check, `${chosen}; ours`)
  if (service === "manager") return okFinding(check, `${chosen}; held by ${holder}`)
  return reserved
    ? failFinding(check, `${port}, which the URLs carry, is held by ${holder}`, "stop that program, then start again")
    : okFinding(check, `${chosen}; held by ${holder}, so the next free one is taken`)
}

/** Images need an engine, and nothing else does. */
function containersFinding({ containers }: LocalFindings): Finding {
  const check = "containers"
  if (containers.state === "absent") return okFinding(check, `needed for images alone: ${containers.reason}`)
  if (containers.state === "unusable") return warnFinding(check, containers.reason, "start Docker or Podman again")
  return okFinding(check, `${containers.engine} at ${containers.socket}`)
}

function authorityFinding({ authority }: LocalFindings, now: number, system: NodeJS.Platform): Finding {
  const check = "authority"
  const { certificateFile: file } = authority
  if (authority.state === "absent") return okFinding(check, "not made yet; the first deployment makes it")
  if (authority.state === "unusable")
    return failFinding(
      check,
      `${file}: ${authority.reason}`,
      "restore ca.crt and ca.key, or remove both to have a new one made",
    )
  const days = Math.floor((authority.notAfter - now) / DAY_MS)
  if (days < 0)
    return failFinding(
      check,
      `${file} has expired`,
      "remove ca.crt and ca.key beside it, a new one is made; trust that one",
    )
  const until = `valid until ${new Date(authority.notAfter).toISOString().slice(0, 10)}`
  if (days < 30)
    return warnFinding(
      check,
      `${file}, ${until}`,
      "remove ca.crt and ca.key beside it soon, a new one is made; trust that one",
    )
  return authority.trustedBySystem
    ? okFinding(check, `${file}, ${until}, trusted by this system`)
    : warnFinding(check, `${file}, ${until}; this system does not trust it, so browsers warn`, howToTrust(file, system))
}

/**
 * How to trust the authority, which we never do ourselves: it changes what all programs of this machine accept. The
 * authority can only sign for localhost.
 */
function howToTrust(file: string, system: NodeJS.Platform): string {
  if (system === "darwin")
    return `security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ${file}`
  if (system === "win32") return `certutil -user -addstore Root ${file}`
  return (
    `Debian, Ubuntu: sudo cp ${file} /usr/local/share/ca-certificates/alien.crt && sudo update-ca-certificates; ` +
    `Fedora: sudo trust anchor ${file}; Firefox and Chrome keep a store of their own: import it in their settings`
  )
}
