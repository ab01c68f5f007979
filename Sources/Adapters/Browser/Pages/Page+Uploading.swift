import Notation

extension Page {
    /// A field of a page that takes files.
    public struct FileField: Hashable, Sendable {
        /// Whose document it stands in: a frame's, where it stands in a frame.
        public let origin: String
        public let takesMany: Bool
    }

    public func fileField(_ ref: NodeRef) async throws(BrowserError) -> FileField {
        let found = try await call(ref, PageScripts.fileField)
        guard let origin = found["origin"]?.asText else { throw .unfit("\(ref) is no field for files\(found["disabled"]?.asBool == true ? " that is enabled" : "")") }
        guard let address = WebAddress(origin) else { throw .unfit("\(ref) stands in a document without an origin: nothing is given to it") }
        return FileField(origin: address.origin, takesMany: found["multiple"]?.asBool ?? false)
    }

    func give(_ paths: [String], to ref: NodeRef) async throws(BrowserError) {
        let params = JSON.object(["files": .array(paths.map { .text($0) }), "backendNodeId": .integer(Int64(ref.node))])
        try await send("DOM.setFileInputFiles", params, toFrame: ref.frame)
    }
}

extension Browser {
    /// Puts copies of the files into a page's field. They are given as they were read.
    public func give(_ files: [UploadFolder.File], to ref: NodeRef, of page: Page) async throws(BrowserError) {
        guard let running else { throw .ended }
        let paths = try running.stage(files)
        try await page.give(paths, to: ref)
    }
}
