/**
 * Plots of models, boxes for layers and arrows for the data that flows between them, and charts of
 * lines, drawn without other programs.
 */
package dev.tapedeck.plot;
