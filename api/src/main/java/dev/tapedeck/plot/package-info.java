/**
 * Plots of models: boxes for layers, arrows for the data that flows between them, drawn without
 * other programs.
 */
package dev.tapedeck.plot;
