import HTTPTypes
import Logging
import NIOCore
import NIOHTTPTypes

/// Ends a connection that holds a place and does not move: a body that comes slower than a bad telephone line, an answer that nobody
/// takes. Connections that say nothing at all, or half of a request's head, are ended by the server's idle limit.
final class ConnectionPace: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    struct Limits: Sendable {
        /// How often a body is looked at, and how many bytes must have come since the last look.
        var window = TimeAmount.seconds(20)
        var leastBytes = 20_000
        /// How long an answer may wait for room on its way.
        var unread = TimeAmount.seconds(60)
    }

    private let limits: Limits
    private var received = 0
    private var look: Scheduled<Void>?
    private var unread: Scheduled<Void>?

    init(_ limits: Limits = Limits()) { self.limits = limits }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            received = 0
            if look == nil { watch(context) }
        case .body(let bytes): received += bytes.readableBytes
        case .end: stop(&look)
        }
        context.fireChannelRead(data)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stop(&unread)
        if !context.channel.isWritable {
            unread = context.eventLoop.assumeIsolated().scheduleTask(in: limits.unread) { context.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop(&look)
        stop(&unread)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop(&look)
        stop(&unread)
    }

    private func watch(_ context: ChannelHandlerContext) {
        look = context.eventLoop.assumeIsolated().scheduleTask(in: limits.window) { [self] in
            guard received >= limits.leastBytes else { return context.close(promise: nil) }
            received = 0
            watch(context)
        }
    }

    private func stop(_ scheduled: inout Scheduled<Void>?) {
        scheduled?.cancel()
        scheduled = nil
    }
}

@available(*, unavailable)
extension ConnectionPace: Sendable {}
