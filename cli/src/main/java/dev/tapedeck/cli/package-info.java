/**
 * The command line: {@link dev.tapedeck.cli.Tapedeck} and a class for each subcommand. This is the
 * only module with textual names such as {@code adam}.
 */
package dev.tapedeck.cli;
