/** Small programs to read and to copy from; each is run by the tests. */
package dev.tapedeck.examples;
