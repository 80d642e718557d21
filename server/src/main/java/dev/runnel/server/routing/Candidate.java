package dev.runnel.server.routing;

/** A server that may answer a call, and its name for the model. */
record Candidate(UpstreamServer server, String model) {}
