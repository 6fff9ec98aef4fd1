// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lets several drivers use one serial port: each has a device that looks like a port of its own.
 *
 * Mirrors `capsules/core/src/virtualizers/virtual_uart.rs`, with one receiver at a time. Transmissions
 * go out in the order of the devices, one buffer each in turn.
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';

/** The port and its devices. */
export class MuxUart implements hil.uart.TransmitClient, hil.uart.ReceiveClient {
  private readonly devices: UartDevice[] = [];
  private sender: UartDevice | undefined;
  private receiver: UartDevice | undefined;

  constructor(private readonly uart: hil.uart.Uart) {
    uart.setTransmitClient(this);
    uart.setReceiveClient(this);
  }

  /** A port of its own for one driver. */
  createDevice(): UartDevice {
    const device = new UartDevice(this);
    this.devices.push(device);
    return device;
  }

  /** @internal Starts the next waiting transmission, if the port is free. */
  transmitNext(): void {
    while (this.sender === undefined) {
      const device = this.devices.find((candidate) => candidate.waiting !== undefined);
      if (device?.waiting === undefined) return;
      const { buffer, length } = device.waiting;
      device.waiting = undefined;
      this.sender = device;
      const sent = this.uart.transmitBuffer(buffer, length);
      if (sent.ok) return;
      this.sender = undefined;
      device.completeTransmit(sent.error[1], 0, Err(sent.error[0]));
    }
  }

  /** @internal Whether the port sends a device's buffer now. */
  isSending(device: UartDevice): boolean {
    return this.sender === device;
  }

  /** @internal Gives the port's receiver to a device; BUSY while another has it. */
  receive(
    device: UartDevice,
    buffer: Uint8Array,
    length: number,
  ): Result<void, Rejected<Uint8Array>> {
    if (this.receiver !== undefined) return Err([ErrorCode.BUSY, buffer]);
    const started = this.uart.receiveBuffer(buffer, length);
    if (started.ok) this.receiver = device;
    return started;
  }

  /** @internal Ends the device's receive early, if it has one. */
  abort(device: UartDevice): Result {
    return this.receiver === device ? this.uart.receiveAbort() : Ok();
  }

  transmittedBuffer(buffer: Uint8Array, length: number, result: Result): void {
    const { sender } = this;
    this.sender = undefined;
    sender?.completeTransmit(buffer, length, result);
    this.transmitNext();
  }

  receivedBuffer(buffer: Uint8Array, length: number, result: Result): void {
    const { receiver } = this;
    this.receiver = undefined;
    receiver?.completeReceive(buffer, length, result);
  }
}

/** One driver's port. */
export class UartDevice implements hil.uart.Uart {
  /** @internal The transmission that waits for the port. */
  waiting: { readonly buffer: Uint8Array; readonly length: number } | undefined;
  private transmitClient: hil.uart.TransmitClient | undefined;
  private receiveClient: hil.uart.ReceiveClient | undefined;

  constructor(private readonly mux: MuxUart) {}

  setTransmitClient(client: hil.uart.TransmitClient): void {
    this.transmitClient = client;
  }

  setReceiveClient(client: hil.uart.ReceiveClient): void {
    this.receiveClient = client;
  }

  transmitBuffer(buffer: Uint8Array, length: number): Result<void, Rejected<Uint8Array>> {
    if (this.waiting !== undefined || this.mux.isSending(this))
      return Err([ErrorCode.BUSY, buffer]);
    if (length === 0 || length > buffer.length) return Err([ErrorCode.SIZE, buffer]);
    this.waiting = { buffer, length };
    this.mux.transmitNext();
    return Ok();
  }

  receiveBuffer(buffer: Uint8Array, length: number): Result<void, Rejected<Uint8Array>> {
    return this.mux.receive(this, buffer, length);
  }

  receiveAbort(): Result {
    return this.mux.abort(this);
  }

  /** @internal */
  completeTransmit(buffer: Uint8Array, length: number, result: Result): void {
    this.transmitClient?.transmittedBuffer(buffer, length, result);
  }

  /** @internal */
  completeReceive(buffer: Uint8Array, length: number, result: Result): void {
    this.receiveClient?.receivedBuffer(buffer, length, result);
  }
}
