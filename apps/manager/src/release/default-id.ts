/** Workspace, project and deployment group of everything: the published API has them, and one installation has one of each. */
export const DEFAULT_ID = "default"
