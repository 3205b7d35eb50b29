/**
 * Functions of tensors as graphs: {@link dev.tapedeck.function.Graph} runs a function once with
 * symbolic tensors, and keeps what it did as a list of calls.
 */
package dev.tapedeck.function;
