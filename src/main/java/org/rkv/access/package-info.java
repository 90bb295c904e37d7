/**
 * Which clients may call: the list that an operator writes of networks, addresses and names, each
 * with a right, and the judgement of a call by it. Reads no file, asks no name service, and belongs
 * to the thread of its server.
 */
package org.rkv.access;
