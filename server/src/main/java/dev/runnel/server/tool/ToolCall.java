package dev.runnel.server.tool;

import dev.runnel.protocol.Tool;

/**
 * A call of a tool.
 *
 * @param id the call's id, as the step shows it
 * @param index the call's place among the calls of its step, from 0
 * @param arguments JSON as the model wrote it; it may be invalid
 * @param settings the tool's entry in the run's tools
 */
public record ToolCall(String id, int index, String arguments, Tool settings) {}
