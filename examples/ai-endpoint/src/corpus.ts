/** What the model has read. */
export const CORPUS = `
The lighthouse keeper climbs the stairs before the sun goes down. She lights the lamp and looks at the sea. The sea is calm
and the boats come home. When the wind turns, the sea is loud and the boats stay in the harbour. The keeper writes the wind
into her book, and the lamp turns over the water. A boat that comes late sees the lamp and finds the harbour. The sailors wave
to the keeper and the keeper waves back. Before the morning comes, the lamp goes out and the keeper goes down the stairs. The
book lies on the table, and the wind turns its pages. Nobody reads the book but the keeper, and the keeper knows the sea.
`
