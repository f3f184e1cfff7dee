export interface Case {
  /** Section and description. */
  name: string
  passed: boolean
}

/** The cases of a JUnit report as h2spec writes it. One that was skipped did not pass. */
export function readReport(xml: string): Case[] {
  const cases = xml.matchAll(/<testcase package="([^"]*)" classname="([^"]*)"[^>]*>(.*?)<\/testcase>/gs)
  return [...cases].map(([, section = "", description = "", outcome = ""]) => ({
    name: `${section}: ${unescapeXml(description)}`,
    passed: outcome.trim() === "",
  }))
}

const unescapeXml = (text: string): string =>
  text
    .replace(/&#(?:(\d+)|x([0-9a-f]+));/gi, (_, decimal, hex) =>
      String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16)),
    )
    .replace(/&(lt|gt|quot|apos|amp);/g, (_, name: keyof typeof NAMED) => NAMED[name])

const NAMED = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" } as const
