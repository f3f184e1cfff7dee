/** Text of the Cargo.toml of a package without dependencies; `more` is added at its end. */
export const manifest = (name: string, more = ""): string =>
  `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${more}`

export const printingProgram = (text: string): string => `fn main() { println!("${text}"); }\n`
