package dev.runnel.server.http.responses;

/** Stands in the description for a request that asks for the tokens of a prompt. */
record TokensRequest() {}
