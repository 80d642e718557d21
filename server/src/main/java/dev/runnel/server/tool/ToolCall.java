package dev.runnel.server.tool;

import dev.runnel.protocol.Tool;

/**
 * A call of a tool.
 *
 * @param id the call's id, as the step shows it
 * @param arguments JSON as the model wrote it, which need not be JSON at all
 * @param settings the tool as the run has it
 */
public record ToolCall(String id, String arguments, Tool settings) {}
