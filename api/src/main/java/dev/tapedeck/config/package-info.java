/**
 * Arguments as values: records whose components are the names of arguments, which {@link
 * dev.tapedeck.config.Records} takes apart for printing, copying and files.
 */
package dev.tapedeck.config;
