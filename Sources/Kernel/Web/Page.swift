/// Tone of a message, a chip, a figure; never the only sign of what it says.
public enum Tone: String, Sendable {
    case done, warn, stop, note, soft
}

/// The sentence shown after an act.
public struct Message: Sendable, Equatable {
    public let tone: Tone
    public let text: String

    public init(_ tone: Tone, _ text: String) {
        self.tone = tone
        self.text = text
    }
}

/// A step of the way back.
public struct Crumb: Sendable {
    public let label: String
    public let href: String

    public init(_ label: String, href: String) {
        self.label = label
        self.href = href
    }
}

/// A page of an MSP: the kernel draws the frame around it.
public struct Page {
    /// Proof of who reads.
    public let access: Access
    /// Name of the object or of the list; the document's title adds the MSP.
    public let title: String
    public let crumbs: [Crumb]
    /// HTTP status, 200 unless the page shows a refused form.
    public let status: Int
    /// State chip and facts beside the title.
    public let head: Fragment?
    /// Buttons on the title line.
    public let actions: Fragment?
    public let body: Fragment
    /// Panel that explains: evidence, formula, history.
    public let side: Fragment?

    public init(
        access: Access, title: String, crumbs: [Crumb] = [], status: Int = 200, head: Fragment? = nil, actions: Fragment? = nil,
        side: Fragment? = nil, body: @escaping Fragment
    ) {
        self.access = access
        self.title = title
        self.crumbs = crumbs
        self.status = status
        self.head = head
        self.actions = actions
        self.side = side
        self.body = body
    }
}

/// A page without frame: link pages, sign-in.
public struct BarePage {
    public let title: String
    public let status: Int
    public let body: Fragment

    public init(title: String, status: Int = 200, body: @escaping Fragment) {
        self.title = title
        self.status = status
        self.body = body
    }
}

/// The answer of a page route.
public enum PageResponse {
    case page(Page)
    case bare(BarePage)
    /// Markup for the page's own script.
    case fragment(access: Access, Fragment)
    /// 303 to an absolute path, with a message for the next page.
    case redirect(String, Message?)
    /// A generated or stored file, always as attachment unless `inline` (PDF only).
    case file(bytes: [UInt8], mediaType: String, name: String, inline: Bool)
    /// A file that is too large for one piece, always as attachment.
    case download(Download)
    /// A page drawn for paper, turned into PDF by the runtime.
    case pdf(PrintDocument, name: String)
}
