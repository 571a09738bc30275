import HTTPTypes
import Hummingbird
import Kernel
import KernelUI
import Logging

/// Answers one request of one route: reads it, proves who asks, calls the handler, and turns the outcome into bytes.
struct Dispatcher: Sendable {
    let settings: ServerSettings
    let gates: GateRuntime
    let slugs: SlugDirectory
    let frames: FrameBuilder
    let services: PortalServices
    let logger: Logger
    let metrics: RequestMetrics
    /// Nil unless the operator wants a line for each answer.
    let accessLog: AccessLog?
    let tally: AccessTally
    /// Rights whose use is counted, each time they let something be read.
    let sensitive: Set<String>
    /// Threads of the open endpoints.
    let openWork: WorkQueue
    /// Bounds what one account may ask for.
    let brake: RequestBrake

    /// Pages that the server draws again by itself.
    let pages: PageRoutes

    var errors: ErrorPages { ErrorPages(frames: frames) }
    let uploads = UploadSlots()
    var reader: RequestReader { RequestReader(maximumBody: settings.maximumBody, publicURL: settings.publicURL) }

    func answer(_ request: Request, parameters: [String: String], peer: String, entry: RouteEntry) async -> Response {
        let started = ContinuousClock.now
        let reference = Identifier.make().description
        let client = settings.trustedProxies.client(peer: peer, forwarded: Self.forwarded(request))
        func note(_ outcome: String) async {
            await self.note(outcome, request.headers, parameters: parameters, client: client, entry: entry, reference: reference)
        }
        var response: Response
        let presented = credential(request.headers)?.digest
        do {
            if let presented { try brake.enter(presented, now: .now) }
            defer { if let presented { brake.leave(presented) } }
            response = try await handle(request, parameters: parameters, client: client, entry: entry, reference: reference)
            if entry.method == .get, response.status == .ok, let permission = entry.permission, sensitive.contains(permission) {
                await note("read")
            } else if entry.method == .post, [401, 403, 404].contains(response.status.code) {
                // A refused form that was given back is refused all the same.
                await note("\(response.status.code)")
            }
        } catch {
            let status = EdgeError(error).refusal.status
            if [401, 403, 404].contains(status) { await note("\(status)") }
            response = refused(error, request: request, entry: entry, reference: reference)
        }
        SecurityHeaders.complete(&response.headers)
        if let name = HTTPField.Name("X-Request-ID") { response.headers[name] = reference }
        let duration = started.duration(to: .now)
        metrics.record(entry: entry, status: Int(response.status.code), duration: duration)
        accessLog?.note(entry, request.headers, status: Int(response.status.code), duration: duration, reference: reference)
        return response
    }

    // MARK: Traces

    private static let forwardedFor = HTTPField.Name("X-Forwarded-For")

    private static func forwarded(_ request: Request) -> [String] { forwardedFor.map { request.headers[values: $0] } ?? [] }

    /// Counts what a credential was refused or read. Who carries none is nobody, and only asks to sign in.
    func note(
        _ outcome: String, _ fields: HTTPFields, parameters: [String: String], client: String, entry: RouteEntry, reference: String
    ) async {
        guard let credential = credential(fields) else { return }
        var msp: Identifier?
        if let place = parameters["msp"] { msp = entry.isAPI ? Identifier(place) : try? await slugs.id(of: place, now: .now) }
        tally.note(
            outcome, credential: credential, address: client, msp: msp, route: "\(entry.method.rawValue) \(entry.path)",
            requestID: reference)
    }

    // MARK: Handling

    private func handle(
        _ request: Request, parameters: [String: String], client: String, entry: RouteEntry, reference: String
    ) async throws -> Response {
        let head = try reader.head(request, method: entry.method, parameters: parameters, requestID: reference, client: client)
        if entry.method != .get, !ForgeryCheck.isSameSite(request.headers, publicURL: settings.publicURL) {
            throw Refusal(status: 403, code: "cross_site", message: "Cette demande vient d’un autre site : elle est refusée.")
        }
        if let rule = entry.upload { return try await receive(request, head, rule: rule, entry: entry) }
        if case .open(let endpoint) = entry.handler { return try await answer(endpoint, head, request) }
        let web = try await reader.read(head, request, isAPI: entry.isAPI)
        return try await handle(web, fields: request.headers, entry: entry)
    }

    /// Hands a request that was read to its handler.
    func handle(_ web: WebRequest, fields: HTTPFields, entry: RouteEntry) async throws -> Response {
        // Whatever was sent may have been written, by whichever road.
        defer { if entry.method != .get, let credential = credential(fields) { gates.wrote(credential) } }
        return try await guarded(web, fields: fields, entry: entry)
    }

    /// Calls the handler of a route and turns its answer into bytes.
    /// - Parameter seen: what the form showed, to be compared in the transaction that writes.
    func perform(_ web: WebRequest, fields: HTTPFields, entry: RouteEntry, seen: SeenCheck? = nil) async throws -> Response {
        switch entry.handler {
        case .page(let route):
            let inside = try await mspRequest(web, fields: fields, permission: route.permission, isAPI: false, seen: seen)
            let answer = try await admitted(inside, route.handle)
            return try await respond(inside.after.complete(answer), web: web, fields: fields)
        case .endpoint(let route):
            let inside = try await mspRequest(web, fields: fields, permission: route.permission, isAPI: true)
            let answer = try await admitted(inside) { request in
                try route.check(request.web)
                return try await route.handle(request)
            }
            return respond(inside.after.complete(answer))
        case .link(let route):
            let inside = try await linkRequest(web, purpose: route.purpose, module: entry.module, seen: seen)
            return try await respond(try await route.handle(inside), web: web, fields: fields, who: ReaderMark.link)
        case .open: throw Refusal.notFound  // answered before its body is understood
        case .portal(let route):
            return try await portal(route, web: web, fields: fields, seen: seen)
        }
    }

    /// No credential is read: a dead session or a wrong token must not matter here. The body is understood on the thread that
    /// computes, so that a document refused for want of room costs nothing.
    private func answer(_ endpoint: OpenEndpoint, _ head: WebRequest, _ request: Request) async throws -> Response {
        let bytes = endpoint.method == .get ? [] : try await reader.body(of: request)
        let reader = reader
        return respond(
            try await openWork.run(weight: 1_024 + bytes.count) {
                let web = try reader.understand(head, body: bytes, isAPI: true)
                try endpoint.check(web)
                return try endpoint.handle(web)
            })
    }

    func credential(_ fields: HTTPFields) -> Credential? {
        if let header = fields[.authorization] {
            let parts = header.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
            return Credential(kind: .token, text: String(parts[1]))
        }
        return Cookies.value(Cookies.session, in: fields).flatMap { $0.isEmpty ? nil : Credential(kind: .session, text: $0) }
    }

    /// A session must prove that the form is ours; a token cannot be forged by a browser.
    private func checkForgery(_ web: WebRequest, fields: HTTPFields, credential: Credential) throws -> String {
        let csrf = credential.csrf(key: settings.secret)
        if web.method != .get, credential.kind == .session, !ForgeryCheck.holds(web, fields: fields, expected: csrf) {
            throw Refusal(
                status: 403, code: "csrf", message: "Ce formulaire a expiré. Rechargez la page, puis recommencez : rien n’a été enregistré."
            )
        }
        return csrf
    }

    /// - Parameter isWhole: false for a look at the door before the body, where a form's anti-forgery value would be.
    func mspRequest(
        _ web: WebRequest, fields: HTTPFields, permission: String, isAPI: Bool, isWhole: Bool = true, seen: SeenCheck? = nil
    ) async throws -> (request: MspRequest, entry: EntryMark, after: SaidAfter) {
        var gate = try await door(web, fields: fields, permission: permission, isAPI: isAPI, isWhole: isWhole)
        gate.seen = seen
        return (MspRequest(web: web, msp: gate.msp, gate: gate), gate.entry, gate.after)
    }

    /// The door into the MSP of an address, for who presents a credential.
    func door(_ web: WebRequest, fields: HTTPFields, permission: String, isAPI: Bool, isWhole: Bool = true) async throws -> CredentialGate {
        guard let credential = credential(fields) else { throw Refusal.unauthenticated }
        let csrf = isWhole ? try checkForgery(web, fields: fields, credential: credential) : ""
        let place = web.parameters["msp"] ?? ""
        // Programs give the id, or the address that people see.
        let given = isAPI ? Identifier(place) : nil
        let known = if let given { given } else { try await slugs.id(of: place, now: web.now) }
        guard let id = known, let slug = given == nil ? place : try await slugs.slug(of: id, now: web.now) else { throw Refusal.notFound }
        let msp = MspPlace(id: id, slug: slug)
        return CredentialGate(msp: msp, permission: permission, credential: credential, web: web, csrf: csrf, runtime: gates)
    }

    /// Calls a handler and makes sure that the caller was let in, whatever the handler answered or refused: who may not
    /// enter learns nothing, not even that a header or a field is missing (API-01).
    private func admitted<Answer>(
        _ inside: (request: MspRequest, entry: EntryMark, after: SaidAfter), _ handle: (MspRequest) async throws -> Answer
    ) async throws -> Answer {
        do {
            let answer = try await handle(inside.request)
            if !inside.entry.hasEntered { _ = try await inside.request.read() }
            return answer
        } catch let refusal as Refusal {
            if !inside.entry.hasEntered { _ = try await inside.request.read() }
            throw refusal
        }
    }

    /// - Parameter under: a transaction that is under way, to look at what is there before it writes.
    func linkRequest(
        _ web: WebRequest, purpose: String, module: String, seen: SeenCheck? = nil, under: PostgresTransaction? = nil
    ) async throws -> LinkRequest {
        let text = web.parameters["token"] ?? ""
        guard text.utf8.count == 43 else { throw Refusal.notFound }
        let token = Token(text: text)
        let entering = LinkGate.enter(token.digest, purpose: purpose, module: module)
        let found =
            if let under { try await under.run([entering])[0] } else {
                try await gates.pool.pipeline([Query("begin read only"), entering, Query("commit")])[1]
            }
        let row = try LinkGate.check(found, writing: false)
        let msp = MspHandle(id: try row[0], slug: try row[5], name: try row[2], town: try row[3], timeZone: try row[4])
        let gate = LinkGate(
            msp: msp, digest: token.digest, purpose: purpose, module: module, web: web, runtime: gates, seen: seen, under: under)
        return LinkRequest(web: web, msp: msp, subject: try row[1], token: text, gate: gate)
    }

    private func portal(_ route: PortalRoute, web: WebRequest, fields: HTTPFields, seen: SeenCheck?) async throws -> Response {
        let credential = credential(fields)
        var person: Person?
        var csrf = ""
        if let credential {
            do {
                person = try await Person.entering(credential, in: gates.pool, isPresent: !web.isLook)
            } catch {
                guard (error as? PostgresError)?.sqlState?.rawValue == "CK401", route.audience == .everyone else { throw error }
            }
            if let person {
                brake.learn(credential.digest, of: person.account)
                csrf = try checkForgery(web, fields: fields, credential: credential)
            }
        }
        if route.audience == .person, person == nil { throw Refusal.unauthenticated }
        let device = Cookies.value(Cookies.device, in: fields).flatMap { $0.utf8.count == 43 ? Token(text: $0) : nil } ?? .make()
        let userAgent = String((fields[.userAgent] ?? "").prefix(200))
        let request = PortalRequest(
            web: web, person: person, credential: person == nil ? nil : credential, csrf: csrf, clientAddress: web.clientAddress,
            device: device, clientName: userAgent,
            database: PortalDatabase(gates.pool, address: web.clientAddress, person: person, seen: seen),
            gates: RuntimeGates(runtime: gates), services: services)
        let answer = try await route.handle(request)
        var response = try await respond(answer, web: web, csrf: csrf, fields: fields)
        // A browser is told who it is when something was let in or proven through it.
        switch answer {
        case .signedIn, .redirect:
            if web.method == .post, route.audience == .everyone {
                response.headers.append(
                    HTTPField(name: .setCookie, value: Cookies.set(Cookies.device, device.text, maxAge: Cookies.deviceAge)))
            }
        default: break
        }
        return response
    }

    // MARK: Answers

    private func respond(_ answer: PageResponse, web: WebRequest, fields: HTTPFields, who: String = "") async throws -> Response {
        switch answer {
        case .page(let page):
            let message = message(in: fields)
            return html(frames.bytes(page, web, message: message), status: page.status, clearsMessage: message != nil)
        case .bare(let page): return html(frames.bytes(page, message: nil, who: who), status: page.status)
        case .fragment(_, let fragment):
            let writer = HTMLWriter(capacity: 4_096)
            writer.render(fragment)
            return html(writer.bytes, status: 200)
        case .redirect(let path, let message): return redirect(path, message: message)
        case .file(let bytes, let type, let name, let inline): return file(bytes, type: type, name: name, inline: inline)
        case .download(let download): return self.download(download)
        case .pdf(let document, let name):
            let printed = try await gates.printing.print(document.html, for: caller(web, fields))
            return file(printed.bytes, type: printed.mediaType, name: "\(name).\(printed.fileExtension)", inline: true)
        }
    }

    /// Who prints: a session, a token, or a link by its own address.
    private func caller(_ web: WebRequest, _ fields: HTTPFields) -> [UInt8] {
        credential(fields).map { gates.payer($0.digest) } ?? Digest.sha256(Array((web.parameters["token"] ?? "").utf8))
    }

    private func respond(_ answer: PortalResponse, web: WebRequest, csrf: String, fields: HTTPFields) async throws -> Response {
        switch answer {
        case .page(let page):
            let message = message(in: fields)
            return html(
                frames.bytes(page, web, csrf: csrf, message: message), status: page.status, clearsMessage: message != nil)
        case .bare(let page):
            let message = message(in: fields)
            return html(frames.bytes(page, message: message), status: page.status, clearsMessage: message != nil)
        case .redirect(let path, let message): return redirect(path, message: message)
        case .signedIn(let token, let path, let message):
            var response = redirect(path, message: message)
            response.headers.append(HTTPField(name: .setCookie, value: Cookies.set(Cookies.session, token)))
            await keepThrough(web, token: token, &response)
            return response
        case .signedOut(let path):
            var response = redirect(path, message: nil)
            response.headers.append(HTTPField(name: .setCookie, value: Cookies.clear(Cookies.session)))
            return response
        case .file(let bytes, let type, let name): return file(bytes, type: type, name: name, inline: false)
        case .api(let answer): return respond(answer)
        }
    }

    private func respond(_ answer: APIResponse) -> Response {
        if let download = answer.download { return self.download(download) }
        var headers: HTTPFields = [:]
        if !answer.body.isEmpty { headers[.contentType] = "application/json" }
        for (name, value) in answer.headers { if let field = HTTPField.Name(name) { headers[field] = value } }
        return Response(
            status: .init(code: answer.status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    func html(_ bytes: [UInt8], status: Int, clearsMessage: Bool = false) -> Response {
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8"]
        if clearsMessage { headers.append(HTTPField(name: .setCookie, value: Cookies.clear(Cookies.message))) }
        return Response(status: .init(code: status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func redirect(_ path: String, message: Message?) -> Response {
        var headers: HTTPFields = [.location: path]
        if let message {
            let value = MessageCookie(key: settings.secret).encode(message)
            headers.append(HTTPField(name: .setCookie, value: Cookies.set(Cookies.message, value, maxAge: 120)))
        }
        return Response(status: .seeOther, headers: headers)
    }

    /// Only PDF is ever shown in the browser's window (API-10).
    private func file(_ bytes: [UInt8], type: String, name: String, inline: Bool) -> Response {
        let isShown = inline && type == "application/pdf"
        let headers: HTTPFields = [.contentType: type, .contentDisposition: Attachment.header(name, isShown: isShown)]
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func message(in fields: HTTPFields) -> Message? {
        Cookies.value(Cookies.message, in: fields).flatMap(MessageCookie(key: settings.secret).decode)
    }

    // MARK: Refusals

    private func refused(_ error: any Error, request: Request, entry: RouteEntry, reference: String) -> Response {
        let edge = EdgeError(error)
        if edge.isOurs { report(error, entry: entry, reference: reference) }
        return refusal(
            edge.refusal, uri: request.uri.string, path: request.uri.path, entry: entry, reference: reference, isOurs: edge.isOurs)
    }

    /// A fault of ours, for the operator.
    func report(_ error: any Error, entry: RouteEntry, reference: String) {
        logger.error(
            "request failed",
            metadata: [
                "route": "\(entry.path)", "reference": "\(reference)", "error": "\(String(describing: type(of: error))): \(safe(error))",
            ])
    }

    /// Error types of the project describe themselves without data; anything else is named by its type only.
    private func safe(_ error: any Error) -> String {
        if let error = error as? PostgresError { return error.description }
        return "unexpected"
    }

    func refusal(_ refusal: Refusal, uri: String, path: String, entry: RouteEntry?, reference: String, isOurs: Bool) -> Response {
        let isAPI = entry?.isAPI ?? path.hasPrefix("/api/")
        var response: Response
        if isAPI {
            response = Response(
                status: .init(code: refusal.status), headers: [.contentType: "application/problem+json"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: errors.problem(refusal, reference: reference, path: path))))
            if refusal.status == 401 { response.headers[.wwwAuthenticate] = "Bearer" }
        } else if refusal.status == 401, entry?.method == .get {
            response = redirect("/connexion?suite=\(uri.percentEncodedForHeader)", message: nil)
        } else {
            // A wrong value in the address of a list leads back to that list.
            let isAsked = entry?.method == .get && uri.contains("?") && (refusal.status == 400 || refusal.status == 422)
            response = html(
                errors.page(refusal, reference: reference, showsReference: isOurs, back: isAsked ? path : nil), status: refusal.status)
        }
        if let seconds = refusal.retryAfter, let name = HTTPField.Name("Retry-After") { response.headers[name] = "\(seconds)" }
        return response
    }

    /// For addresses that no route answers, and methods that a route does not know.
    func unknown(_ request: Request, allowed: [String]) -> Response {
        let reference = Identifier.make().description
        let answer =
            allowed.isEmpty
            ? Refusal.notFound
            : Refusal(status: 405, code: "method_not_allowed", message: "Cette adresse n’accepte pas cette méthode.")
        var response = refusal(answer, uri: request.uri.string, path: request.uri.path, entry: nil, reference: reference, isOurs: false)
        if !allowed.isEmpty { response.headers[.allow] = allowed.joined(separator: ", ") }
        SecurityHeaders.complete(&response.headers)
        return response
    }
}
