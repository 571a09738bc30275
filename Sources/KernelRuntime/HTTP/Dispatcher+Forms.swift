import HTTPTypes
import Hummingbird
import Kernel
import KernelUI
import Logging
import NIOCore

/// Nothing typed is ever lost: what a page sends comes back in its form when it is refused, when the session ended meanwhile, and when
/// somebody else changed the same thing. One mechanism at the edge for every form of the house.
extension Dispatcher {
    /// Answers a request that was read; a refused form is given back.
    func guarded(_ web: WebRequest, fields: HTTPFields, entry: RouteEntry) async throws -> Response {
        guard !entry.isAPI else { return try await perform(web, fields: fields, entry: entry) }
        guard web.method == .post else {
            let response = try await perform(web, fields: fields, entry: entry)
            return await restored(response, web: web, fields: fields)
        }
        do {
            let seen = await seenCheck(web, fields: fields, entry: entry)
            if seen == nil, let outdated = try await outdated(web, fields: fields) { return outdated }
            var response = try await perform(web, fields: fields, entry: entry, seen: seen)
            if response.status.code < 400 { accepted(web, fields: fields, &response) }
            return response
        } catch let outdated as OutdatedForm {
            return try bothVersions(outdated.page, web, at: origin(web, fields) ?? web.path)
        } catch {
            let edge = EdgeError(error)
            guard !web.isEnhanced, let answer = await givenBack(edge.refusal, web, fields: fields) else { throw error }
            if edge.isOurs { report(error, entry: entry, reference: web.requestID) }
            return answer
        }
    }

    // MARK: What somebody else changed

    /// The page that held the form is drawn again in the transaction that writes: nobody comes between.
    private func seenCheck(_ web: WebRequest, fields: HTTPFields, entry: RouteEntry) async -> SeenCheck? {
        guard web.form[FormMark.seen] != nil, let address = origin(web, fields), let (look, held, _) = request(for: address, like: web),
            let draw = await drawing(look, held, answering: web, by: entry, fields: fields)
        else { return nil }
        return SeenCheck(page: look.path) { transaction in
            if let page = try await draw(transaction), Self.isOutdated(page, web) { throw OutdatedForm(page: page) }
        }
    }

    /// A page of another door than the act's is drawn and compared before the act.
    private func outdated(_ web: WebRequest, fields: HTTPFields) async throws -> Response? {
        guard web.form[FormMark.seen] != nil, let address = origin(web, fields),
            let page = await page(at: address, like: web, fields: fields), Self.isOutdated(page, web)
        else { return nil }
        return try bothVersions(page, web, at: address)
    }

    /// Whether a page shows something else than the form did when it was opened.
    private static func isOutdated(_ page: [UInt8], _ web: WebRequest) -> Bool {
        guard let form = FormFilling.form(in: page, action: web.path, typed: web.form), let now = form.hidden(FormMark.seen) else {
            return false
        }
        return now != web.form[FormMark.seen]
    }

    private func bothVersions(_ page: [UInt8], _ web: WebRequest, at address: String) throws -> Response {
        let filling = FormFilling(action: web.path, typed: web.form, reason: .outdated, page: address)
        guard !web.isEnhanced, let filled = filling.filled(page) else {
            throw Refusal.conflict(
                "outdated", "Modifié entre-temps par quelqu’un d’autre. Rechargez la page pour voir la version actuelle.")
        }
        return html(filled, status: 409)
    }

    // MARK: Refusals

    /// The page with the form, filled in as it was sent; a page of its own where there is none.
    private func givenBack(_ refusal: Refusal, _ web: WebRequest, fields: HTTPFields) async -> Response? {
        guard !web.form.pairs.isEmpty else { return nil }
        if refusal.status == 401 { return signInAgain(web, fields: fields) }
        if refusal.status != 404, let address = origin(web, fields),
            let page = await page(at: address, like: web, fields: fields),
            let filled = FormFilling(action: web.path, typed: web.form, reason: .refused(refusal), page: address).filled(page)
        {
            var response = html(filled, status: refusal.status)
            if let seconds = refusal.retryAfter, let name = HTTPField.Name("Retry-After") { response.headers[name] = "\(seconds)" }
            return response
        }
        let texts = KeptForm.longTexts(web.form)
        guard !texts.isEmpty else { return nil }
        return html(errors.page(refusal, texts: texts, back: origin(web, fields)), status: refusal.status)
    }

    /// The sign-in form with what was typed, which comes back filled in to the same person.
    private func signInAgain(_ web: WebRequest, fields: HTTPFields) -> Response? {
        let address = origin(web, fields) ?? web.path
        let kept = KeptForm(
            page: address, action: web.path, values: KeptForm.kept(web.form), session: credential(fields)?.digest ?? [], at: web.now)
        guard let sealed = try? kept.sealed(services.secretBox) else { return nil }
        let page = GatePages.signInAgain(kept: sealed, suite: address, texts: KeptForm.longTexts(web.form))
        return html(frames.bytes(page, message: nil), status: 401)
    }

    /// The page that held the form: said by the form, else by the browser. Only an address of this house.
    private func origin(_ web: WebRequest, _ fields: HTTPFields) -> String? {
        if let page = web.form[FormMark.page], SafePath.isLocal(page) { return page }
        guard let name = HTTPField.Name("Referer"), let referer = fields[name], referer.hasPrefix(settings.publicURL + "/") else {
            return nil
        }
        let path = String(referer.dropFirst(settings.publicURL.count))
        return SafePath.isLocal(path) ? path : nil
    }

    /// A page as its reader would get it now; nil when it is refused or is none.
    private func page(at address: String, like web: WebRequest, fields: HTTPFields) async -> [UInt8]? {
        guard let (look, entry, parameters) = request(for: address, like: web),
            let response = try? await perform(look, fields: fields, entry: entry), response.status == .ok
        else { return nil }
        // A page that comes back with a refused form is read as well.
        if let permission = entry.permission, sensitive.contains(permission) {
            await note("read", fields, parameters: parameters, client: web.clientAddress, entry: entry, reference: web.requestID)
        }
        return await markup(of: response)
    }

    /// What a reader of an address asks for, and the route that answers.
    private func request(for address: String, like web: WebRequest) -> (WebRequest, RouteEntry, [String: String])? {
        let parts = address.prefix { $0 != "#" }.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(parts[0])
        let queryText = parts.count > 1 ? String(parts[1]) : ""
        guard let (entry, parameters) = pages.find(path), let query = try? RequestReader.pairs(Array(queryText.utf8)) else { return nil }
        let request = WebRequest(
            method: .get, path: path, queryText: queryText, query: query, parameters: parameters, now: web.now, requestID: web.requestID,
            publicURL: web.publicURL, clientAddress: web.clientAddress)
        return (request, entry, parameters)
    }

    /// The bytes of an HTML answer.
    private func markup(of response: Response) async -> [UInt8]? {
        guard response.headers[.contentType]?.hasPrefix("text/html") ?? false else { return nil }
        let collector = BodyCollector()
        try? await response.body.write(collector)
        return collector.bytes
    }

    // MARK: After a sign-in

    /// Keeps a form that waited for this sign-in, and says so to the next page.
    func keepThrough(_ web: WebRequest, token: String, _ response: inout Response) async {
        guard let kept = KeptForm(sealed: web.form[FormMark.kept], services.secretBox),
            let bytes = web.form[FormMark.kept].flatMap(Base64URL.decode),
            !kept.values.pairs.contains(where: { SocialSecurityNumber.isPresent(in: $0.value) })
        else { return }
        let key = "r" + String(Digest.hex(Digest.sha256(bytes)).prefix(20))
        let isKept = try? await gates.pool.run(
            Query(
                "select kernel.keep_form($1, $2, $3, $4)", .bytes(Digest.sha256(Array(token.utf8))), .text(key), .bytes(bytes),
                .bytes(kept.session))
        ).scalar(as: Bool.self)
        guard isKept ?? false else { return }
        response.headers.append(HTTPField(name: .setCookie, value: Cookies.set(Cookies.restored, key, maxAge: 300)))
        response.headers[.location] = kept.page
    }

    /// The page with the form that was kept for it, once.
    private func restored(_ response: Response, web: WebRequest, fields: HTTPFields) async -> Response {
        guard response.status == .ok, let key = Cookies.value(Cookies.restored, in: fields), !key.isEmpty,
            let credential = credential(fields), let page = await markup(of: response)
        else { return response }
        let row = try? await gates.pool.run(
            Query("select sealed from kernel.kept_forms($1, $2::text[])", .bytes(credential.digest), .texts([key]))
        ).first
        guard let bytes: [UInt8] = try? row?[0], let kept = KeptForm(bytes: bytes, services.secretBox),
            kept.page.prefix(while: { $0 != "?" && $0 != "#" }) == web.path
        else { return response }
        let filling = FormFilling(
            action: kept.action, typed: kept.values, reason: .found(since(kept.at), clear: kept.page), page: kept.page)
        var answer = html(filling.filled(page) ?? errors.withTexts(page, KeptForm.longTexts(kept.values)), status: 200)
        for field in response.headers[values: .setCookie] { answer.headers.append(HTTPField(name: .setCookie, value: field)) }
        answer.headers.append(HTTPField(name: .setCookie, value: Cookies.clear(Cookies.restored)))
        forget([key], credential)
        return answer
    }

    /// « à l’instant », « il y a 12 min »: without the zone of an MSP, an hour would be a guess.
    private func since(_ at: Instant) -> String {
        let minutes = Int(Instant.now.timeIntervalSince(at) / 60)
        return minutes < 1 ? "d’avant votre connexion" : "d’il y a \(French.duration(minutes: minutes))"
    }

    // MARK: Accepted forms

    /// Tells the page's script that the draft has served, and forgets the one on the server.
    private func accepted(_ web: WebRequest, fields: HTTPFields, _ response: inout Response) {
        guard let key = web.form[FormMark.draft], DraftRoutes.isKey(key) else { return }
        response.headers.append(HTTPField(name: .setCookie, value: Cookies.readable(Cookies.accepted, key, maxAge: 300)))
        if let credential = credential(fields), credential.kind == .session { forget([key], credential) }
    }

    private func forget(_ keys: [String], _ credential: Credential) {
        Task {
            do {
                _ = try await gates.pool.run(
                    Query("select kernel.forget_forms($1, $2::text[])", .bytes(credential.digest), .texts(keys)))
            } catch {
                logger.debug("draft not forgotten", metadata: ["error": "\(error)"])
            }
        }
    }
}

/// Takes what an answer would send.
private final class BodyCollector: ResponseBodyWriter, @unchecked Sendable {
    private(set) var bytes: [UInt8] = []

    func write(_ buffer: ByteBuffer) async throws { bytes.append(contentsOf: buffer.readableBytesView) }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
