import type { TemplateName } from "./template.ts"

/** Answers of a person. */
export interface Answers {
  directory?: string
  template?: TemplateName
}

/** Asks at the terminal for what the command line left out; undefined when the person breaks off. */
export async function askPerson(asked: { directory: boolean; template: boolean }): Promise<Answers | undefined> {
  const { isCancel, select, text } = await import("@clack/prompts")
  const answers: Answers = {}
  if (asked.directory) {
    const directory = await text({ message: "Where to?", placeholder: ".", defaultValue: "." })
    if (isCancel(directory)) return undefined
    answers.directory = directory
  }
  if (asked.template) {
    const template = await select<TemplateName>({
      message: "What runs in it?",
      options: [
        { value: "worker", label: "a Worker", hint: "export default { fetch(request) }" },
        { value: "container", label: "a Container", hint: "a program that listens on a port" },
      ],
    })
    if (isCancel(template)) return undefined
    answers.template = template
  }
  return answers
}
