"""Where the mentions of a group come from: outlets, copies, who speaks, and the origins they rest on."""
