package dev.tapedeck.tracking;

/** State that training changes and checkpoints save: a variable. */
public interface State {}
