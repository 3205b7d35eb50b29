package dev.tapedeck.tracking;

/** What training changes and checkpoints save: a variable. */
public interface State {}
