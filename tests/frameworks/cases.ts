/** A request to the case's endpoint, and what its answer must hold. */
export interface Call {
  path: string
  /** Text that the body must contain. */
  answers: string
}

/** A project in `cases/<name>`, deployed as somebody would who has it. */
export interface Case {
  name: string
  /** What it is, for the page. */
  title: string
  /** How it travels and runs, for the page. */
  how: string
  /** npm packages whose installed versions the page tells. */
  packages: readonly string[]
  /** Programs that tell their version on the page, with the arguments that print it. */
  programs?: readonly (readonly [program: string, ...args: string[]])[]
  /** Command lines that install and build it, in its folder. */
  prepare: readonly (readonly [program: string, ...args: string[]])[]
  calls: readonly [Call, ...Call[]]
}

const INSTALL = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"] as const
const BUILD = ["npm", "run", "build"] as const

export const CASES: readonly Case[] = [
  {
    name: "express",
    title: "Express",
    how: "Container, one bundle",
    packages: ["express"],
    prepare: [INSTALL],
    calls: [{ path: "/hello/you", answers: '"hello":"you","secure":true,"host":"app.express.localhost:' }],
  },
  {
    name: "hono",
    title: "Hono, TypeScript",
    how: "Worker, one bundle",
    packages: ["hono"],
    prepare: [INSTALL],
    calls: [
      { path: "/hello/you", answers: '"url":"https://app.hono.localhost:' },
      { path: "/stream", answers: "one two three" },
    ],
  },
  {
    name: "fastify",
    title: "Fastify",
    how: "Container, one bundle",
    packages: ["fastify"],
    prepare: [INSTALL],
    calls: [
      { path: "/double/21", answers: '{"double":42,"protocol":"https"}' },
      { path: "/double/none", answers: "FST_ERR_VALIDATION" },
    ],
  },
  {
    name: "vite",
    title: "Vite frontend",
    how: "Worker; the built folder travels by `files`",
    packages: ["vite"],
    prepare: [INSTALL, BUILD],
    calls: [
      { path: "/", answers: "<title>Built by Vite</title>" },
      { path: "/some/route", answers: 'src="/assets/index-' },
    ],
  },
  {
    name: "next",
    title: "Next.js, standalone",
    how: "Container, `.command()`; the built folder travels",
    packages: ["next", "react"],
    prepare: [INSTALL, BUILD],
    calls: [
      { path: "/", answers: "app.next.localhost:" },
      { path: "/api/hello", answers: '{"hello":"from a route handler"}' },
      { path: "/robots.txt", answers: "User-agent: *" },
    ],
  },
  {
    name: "python",
    title: "Python",
    how: "Container, `.command()`; the folder travels",
    packages: [],
    programs: [["python3", "--version"]],
    prepare: [],
    calls: [{ path: "/x", answers: '{"hello": "from Python", "path": "/x"}' }],
  },
  {
    name: "go",
    title: "Go",
    how: "Container, `.command()`; the binary travels",
    packages: [],
    programs: [["go", "version"]],
    prepare: [["go", "build", "-o", "build/server", "."]],
    calls: [{ path: "/x", answers: "Go answers /x for app.go.localhost:" }],
  },
  {
    name: "sharp",
    title: "sharp, a native module",
    how: "Worker; the package and its binary travel",
    packages: ["sharp"],
    prepare: [INSTALL],
    calls: [{ path: "/", answers: '{"width":16,"height":16,"format":"png"}' }],
  },
  {
    name: "argon2",
    title: "argon2, a native module",
    how: "Worker; the package and its binary travel",
    packages: ["argon2"],
    prepare: [INSTALL],
    calls: [{ path: "/", answers: '{"right":true,"wrong":false}' }],
  },
  {
    name: "wasm",
    title: "WebAssembly",
    how: "Worker; the import is a module",
    packages: [],
    prepare: [],
    calls: [{ path: "/?a=20&b=22", answers: '{"sum":42}' }],
  },
  {
    name: "image",
    title: "Dockerfile",
    how: "Container; the built image travels",
    packages: [],
    programs: [["podman", "--version"]],
    prepare: [],
    calls: [{ path: "/x", answers: "An image answers /x" }],
  },
  {
    name: "monorepo",
    title: "Package of a monorepo",
    how: "Worker; imports a linked workspace in TypeScript that reads a file",
    packages: [],
    programs: [["npm", "--version"]],
    prepare: [INSTALL],
    calls: [{ path: "/Ada", answers: "Welcome, Ada" }],
  },
]
