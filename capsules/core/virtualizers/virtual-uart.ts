// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lets several drivers use one serial port: each has a device that looks like a port of its own.
 *
 * Mirrors `capsules/core/src/virtualizers/virtual_uart.rs`. Transmissions go out in the order of the
 * devices, one buffer each in turn; they start in a deferred call, so that a refusal of the port cannot
 * call a client back inside its own call. What arrives goes to every device that reads: the port reads
 * as much as the shortest of their reads wants, and a new read starts it over with the new minimum.
 *
 * NON-TOCK: lengths of 0 are refused with SIZE here, where Tock passes them on to the port.
 */
import type { DeferredCall, DeferredCallClient, DeferredCalls } from '#kernel/deferred-call';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';

/** Bytes of the buffer that the port reads into (`RX_BUF_LEN`). */
const RECEIVE_SIZE = 64;

/** The port and its devices. */
export class MuxUart
  implements hil.uart.TransmitClient, hil.uart.ReceiveClient, DeferredCallClient
{
  private readonly devices: UartDevice[] = [];
  private readonly deferredCall: DeferredCall;
  private sender: UartDevice | undefined;
  /** Here while the port reads nothing. */
  private receiveBuffer: Uint8Array | undefined = new Uint8Array(RECEIVE_SIZE);

  constructor(
    private readonly uart: hil.uart.Uart,
    deferredCalls: DeferredCalls,
  ) {
    uart.setTransmitClient(this);
    uart.setReceiveClient(this);
    this.deferredCall = deferredCalls.create();
    this.deferredCall.register(this);
  }

  /** A port of its own for one driver. */
  createDevice(): UartDevice {
    const device = new UartDevice(this);
    this.devices.push(device);
    return device;
  }

  // --- Transmitting ------------------------------------------------------------------------------

  /** @internal Sends what waits, soon. */
  transmitSoon(): void {
    this.deferredCall.set();
  }

  /** @internal Whether the port sends a device's buffer now. */
  isSending(device: UartDevice): boolean {
    return this.sender === device;
  }

  handleDeferredCall(): void {
    this.transmitNext();
  }

  transmittedBuffer(buffer: Uint8Array, length: number, result: Result): void {
    const { sender } = this;
    this.sender = undefined;
    sender?.completeTransmit(buffer, length, result);
    this.transmitNext();
  }

  /** Starts the next waiting transmission, if the port is free. */
  private transmitNext(): void {
    if (this.sender !== undefined) return;
    const device = this.devices.find((candidate) => candidate.waiting !== undefined);
    if (device?.waiting === undefined) return;
    const { buffer, length } = device.waiting;
    device.waiting = undefined;
    const sent = this.uart.transmitBuffer(buffer, length);
    if (sent.ok) {
      this.sender = device;
      return;
    }
    device.completeTransmit(sent.error[1], 0, Err(sent.error[0]));
    this.transmitSoon();
  }

  // --- Receiving ---------------------------------------------------------------------------------

  /** @internal A device has a new read. The port's error, when it does not take it. */
  receive(): Result {
    if (this.receiveBuffer !== undefined) return this.startReceive(this.receiveBuffer);
    // A read of the port is under way, or its callbacks are: either starts the next when it ends.
    this.uart.receiveAbort();
    return Ok();
  }

  /** @internal Ends the read of the port, so that the devices hear what has come so far. */
  abort(): void {
    this.uart.receiveAbort();
  }

  receivedBuffer(buffer: Uint8Array, length: number, result: Result): void {
    const reading = this.devices.filter((device) => device.takeBytes(buffer.subarray(0, length)));
    for (const device of reading) device.completeIfOver(result);
    this.receiveBuffer = buffer;
    if (this.shortestRead() === undefined) return;
    const started = this.startReceive(buffer);
    if (!started.ok) for (const device of this.devices) device.failReceive(started.error);
    // A client may have aborted its read in the callback of another's, when the port had none to abort.
    else if (this.devices.some((device) => device.isAborting)) this.uart.receiveAbort();
  }

  private startReceive(buffer: Uint8Array): Result {
    const started = this.uart.receiveBuffer(buffer, this.shortestRead() ?? RECEIVE_SIZE);
    if (!started.ok) return Err(started.error[0]);
    this.receiveBuffer = undefined;
    return Ok();
  }

  /** Bytes that the shortest of the devices' reads still wants; undefined when none reads. */
  private shortestRead(): number | undefined {
    const wanted = this.devices
      .map((device) => device.remaining)
      .filter((remaining) => remaining > 0);
    return wanted.length === 0 ? undefined : Math.min(RECEIVE_SIZE, ...wanted);
  }
}

interface Reception {
  readonly buffer: Uint8Array;
  readonly length: number;
  position: number;
  aborting: boolean;
}

/** One driver's port. */
export class UartDevice implements hil.uart.Uart {
  /** @internal The transmission that waits for the port. */
  waiting: { readonly buffer: Uint8Array; readonly length: number } | undefined;
  private reception: Reception | undefined;
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
    const busy = this.waiting !== undefined || this.mux.isSending(this);
    if (busy) return Err([ErrorCode.BUSY, buffer]);
    if (!isLength(length, buffer)) return Err([ErrorCode.SIZE, buffer]);
    this.waiting = { buffer, length };
    this.mux.transmitSoon();
    return Ok();
  }

  receiveBuffer(buffer: Uint8Array, length: number): Result<void, Rejected<Uint8Array>> {
    if (this.reception !== undefined) return Err([ErrorCode.BUSY, buffer]);
    if (!isLength(length, buffer)) return Err([ErrorCode.SIZE, buffer]);
    this.reception = { buffer, length, position: 0, aborting: false };
    const started = this.mux.receive();
    if (started.ok) return Ok();
    this.reception = undefined;
    return Err([started.error, buffer]);
  }

  /** Ends this device's read; the others' go on. */
  receiveAbort(): Result {
    if (this.reception === undefined) return Ok();
    this.reception.aborting = true;
    this.mux.abort();
    return Err(ErrorCode.BUSY);
  }

  /** @internal */
  completeTransmit(buffer: Uint8Array, length: number, result: Result): void {
    this.transmitClient?.transmittedBuffer(buffer, length, result);
  }

  /** @internal Bytes that this device's read still wants. */
  get remaining(): number {
    const { reception } = this;
    return reception === undefined ? 0 : reception.length - reception.position;
  }

  /** @internal Whether this device's read is to end. */
  get isAborting(): boolean {
    return this.reception?.aborting === true;
  }

  /** @internal Keeps of what arrived as much as this device wants; whether it reads at all. */
  takeBytes(bytes: Uint8Array): boolean {
    const { reception } = this;
    if (reception === undefined) return false;
    const taken = bytes.subarray(0, this.remaining);
    reception.buffer.set(taken, reception.position);
    reception.position += taken.length;
    return true;
  }

  /** @internal Ends the read when it has all its bytes, or was aborted. */
  completeIfOver(result: Result): void {
    const { reception } = this;
    if (reception === undefined) return;
    if (this.remaining === 0) this.completeReceive(reception, result);
    else if (reception.aborting) this.completeReceive(reception, Err(ErrorCode.CANCEL));
  }

  /** @internal Ends the read, if there is one: the port takes it no further. */
  failReceive(error: ErrorCode): void {
    if (this.reception !== undefined) this.completeReceive(this.reception, Err(error));
  }

  private completeReceive({ buffer, position }: Reception, result: Result): void {
    this.reception = undefined;
    this.receiveClient?.receivedBuffer(buffer, position, result);
  }
}

function isLength(length: number, buffer: Uint8Array): boolean {
  return Number.isInteger(length) && length > 0 && length <= buffer.length;
}
