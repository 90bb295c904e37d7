/**
 * What a replica is measured by, for Prometheus: {@link org.rkv.replica.metrics.Measurements} hears
 * on the replica's thread what happens, and {@link org.rkv.replica.metrics.Metrics} makes of it,
 * and of a {@link org.rkv.replica.metrics.Sample}, what is read on another. It is loaded only where
 * somebody wants to read it.
 */
package org.rkv.replica.metrics;
