"""From a message to a question: one step a module, put in order by ``question``."""
