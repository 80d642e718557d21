package dev.runnel.server.http.responses.requests;

/** Stands in the description for a request that asks for the tokens of a prompt. */
public record TokensRequest() {}
