/**
 * The command line. {@link dev.tapedeck.cli.Tapedeck} is the command; a class each is a subcommand.
 * This is the one module that knows names such as {@code adam}.
 */
package dev.tapedeck.cli;
