import HTML
import Kernel
import KernelUI

/// The papers of an object on screen: as PDF, on a page to print, and the sealed copies of before.
struct PaperScreens: Sendable {
    let plan: RecordPlan
    let paper: Paper
    private var record: RecordType { plan.record }
    private var reading: PaperReading { PaperReading(plan: plan, paper: paper) }

    /// Segment of the pages to print, and of former copies.
    static let segment = "imprimer"

    static func pages(_ plan: RecordPlan) -> [PageRoute] {
        plan.record.papers.flatMap { paper -> [PageRoute] in
            let screens = PaperScreens(plan: plan, paper: paper)
            let one = plan.onePath
            let permission = paper.permission ?? plan.record.permissions.read
            var routes = [
                PageRoute(.get, "\(one)/\(paper.file)", permission: permission, handle: screens.pdf),
                PageRoute(.get, "\(one)/\(segment)/\(paper.path)", permission: permission, handle: screens.page),
            ]
            if paper.seal != nil {
                routes.append(
                    PageRoute(.get, "\(one)/\(segment)/\(paper.path)/:copie", permission: permission) { request in
                        .download(Download(try await screens.copy(request, "copie"), isInline: true))
                    })
            }
            return routes
        }
    }

    /// What a request asks for: what the paper says today, and the copy that stands in its place.
    struct Answer {
        let found: PaperReading.Found
        let content: PaperContent
        /// The sealed copy, byte for byte.
        var kept: KeptFile? { file.flatMap { $0.mediaType == "text/html" ? nil : $0 } }
        /// The file of the copy: a PDF, a scan, or a page that is printed when somebody asks for it.
        let file: KeptFile?
    }

    func answer(_ request: MspRequest) async throws -> Answer {
        let id = try plan.subject(request)
        let reading = try await reading.read(request, id)
        guard reading.access.can(record.permissions.read) else { throw Refusal.notFound }
        let found = try self.reading.found(reading.results, id, reading.access, now: request.web.now)
        let content = try self.reading.content(found)
        guard let file = found.kept else { return Answer(found: found, content: content, file: nil) }
        return Answer(found: found, content: content, file: try await request.file(file))
    }

    /// What is printed now.
    func document(_ answer: Answer) async throws -> NamedDocument {
        guard let file = answer.file else {
            return reading.document(answer.content, answer.found.view.access, at: answer.found.view.now)
        }
        let page = PrintDocument(
            frozen: try await file.bytes(), title: answer.content.title ?? paper.title, mspName: answer.found.view.access.msp.name)
        return NamedDocument(page, name: answer.content.file ?? paper.path)
    }

    private func pdf(_ request: MspRequest) async throws -> PageResponse {
        let answer = try await answer(request)
        if let file = answer.kept { return .download(Download(file, isInline: true)) }
        let made = try await document(answer)
        return .pdf(made.document, name: made.name)
    }

    /// The page that a browser prints. A paper that is kept is its copy alone.
    private func page(_ request: MspRequest) async throws -> PageResponse {
        let object = plan.href(try plan.subject(request), request.msp)
        let answer = try await answer(request)
        if answer.file != nil { return .redirect("\(object)/\(paper.file)", nil) }
        let (view, content) = (answer.found.view, answer.content)
        let copy = reading.copy(view.access, at: view.now)
        return .page(
            Page(
                access: view.access, title: content.title ?? paper.title,
                crumbs: plan.crumbs(request.path(plan.listPath)) + [Crumb(view.title, href: object)],
                actions: { h in
                    h.button("Imprimer", type: .button, icon: .print, .data("print"), .hidden(true))
                    h.linkButton("PDF", href: "\(object)/\(paper.file)")
                },
                body: { h in
                    h.div(.class("paper")) {
                        let head = [view.access.msp.name, content.subject].filter { !$0.isEmpty }
                        h.p(.class("doc__facts"), text: head.joined(separator: " – "))
                        h.paper(content)
                        h.p(.class("doc__copy"), text: copy.words(of: content))
                    }
                }))
    }

    /// A sealed copy, of now or of before, where it belongs to the object and to the paper. Whoever may not open the paper opens none.
    func copy(_ request: MspRequest, _ parameter: String) async throws -> KeptFile {
        let (id, file) = (try plan.subject(request), try request.web.id(parameter))
        let reading = try await reading.read(request, id, and: [RecordFile.query(msp: request.msp.id, record, of: id)])
        guard reading.access.can(record.permissions.read) else { throw Refusal.notFound }
        let found = try self.reading.found(Array(reading.results.dropLast()), id, reading.access, now: request.web.now, moment: .kept)
        _ = try self.reading.content(found)
        let copies = try reading.results.last?.map { try RecordFile($0) } ?? []
        guard copies.contains(where: { $0.id == file && $0.slot == paper.name }) else { throw Refusal.notFound }
        return try await request.file(file)
    }
}

/// The papers of one object on its page.
struct PaperPanel {
    let plan: RecordPlan
    let access: Access
    let values: RecordValues
    /// Lines by list, where they were read.
    let lines: [String: Int]
    /// Sealed copies, former ones too.
    let files: [RecordFile]
    /// Absolute path of the object.
    let href: String

    func draw(_ h: HTMLWriter) {
        let papers = plan.record.papers.filter { $0.isListed && access.can($0.permission ?? plan.record.permissions.read) }
        guard !papers.isEmpty else { return }
        h.card("Documents") { for paper in papers { draw(paper, h) } }
    }

    private func draw(_ paper: Paper, _ h: HTMLWriter) {
        let copies = files.filter { $0.slot == paper.name }
        let current = copies.first(where: \.isCurrent).flatMap { (paper.seal?.stands(values) ?? false) ? $0 : nil }
        let missing = current == nil ? PaperNeeds(plan: plan, paper: paper).missing(values, lines) : []
        h.div(.class("row")) {
            h.strong(text: paper.title)
            if let current {
                h.a(
                    .href("\(href)/\(paper.file)"), .aria(.label, "\(paper.title), exemplaire scellé (PDF)"),
                    text: "Exemplaire scellé (PDF)")
                seal(current, h)
            } else if missing.isEmpty {
                h.linkButton(
                    "Imprimer", href: "\(href)/\(PaperScreens.segment)/\(paper.path)", icon: .print, size: .small,
                    .aria(.label, "Imprimer\u{A0}: \(paper.title)"))
                h.linkButton("PDF", href: "\(href)/\(paper.file)", size: .small, .aria(.label, "PDF\u{A0}: \(paper.title)"))
            } else {
                h.span(.class("soft"), text: missing.map(\.message).joined(separator: " "))
            }
        }
        let former = copies.filter { $0.id != current?.id }
        guard !former.isEmpty else { return }
        h.details(.class("details")) {
            h.summary(text: French.plural(former.count, "exemplaire scellé auparavant", "exemplaires scellés auparavant"))
            for file in former {
                h.p {
                    h.a(.href("\(href)/\(PaperScreens.segment)/\(paper.path)/\(file.id)"), text: "\(paper.title), version \(file.version)")
                    seal(file, h)
                }
            }
        }
    }

    private func seal(_ file: RecordFile, _ h: HTMLWriter) {
        h.span(
            .class("small soft"),
            text:
                " version \(file.version), scellée le \(French.dateTime(access.local(file.createdAt))), empreinte \(file.sha256.prefix(16))…"
        )
    }
}
