/**
 * {@code rkv bench}: clients that do as much as they can, or as much as they are told, and what
 * came of it. All clients are on one event loop, each with a connection of its own; what starts and
 * ends them waits on the thread of the command.
 */
package org.rkv.bench;
