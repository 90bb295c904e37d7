/**
 * What kv.x says and jrpcgen does not generate: the shape of every procedure, the text of every
 * code, the default port. Immutable.
 */
package org.rkv.protocol;
