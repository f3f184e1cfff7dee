// Commands in data directories of 0.1 have this name.
import "./register-program.ts"
