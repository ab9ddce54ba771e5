//! Walks Java's object serialization stream, protocol version 2, as far as finding where an object ends and
//! what its own fields hold. Nothing is instantiated: class names are compared with nothing and looked up nowhere.

use std::collections::HashMap;
use std::rc::Rc;

use super::cursor::{Cursor, Short};

const HEADER: [u8; 4] = [0xac, 0xed, 0, 5];
/// Handles are numbered from here.
const FIRST_HANDLE: u32 = 0x007e_0000;
/// Objects within objects.
const MAX_DEPTH: usize = 16;
/// Fields, classes and elements looked at; a sealed key takes about fifty.
const MAX_STEPS: usize = 2_000;

/// Why bytes are not such a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Short(Short),
    Unexpected(&'static str),
}

impl From<Short> for Fault {
    fn from(short: Short) -> Self {
        Self::Short(short)
    }
}

/// What an object's own fields hold, of the two kinds that matter here.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    texts: HashMap<String, Rc<str>>,
    bytes: HashMap<String, &'a [u8]>,
}

impl<'a> Fields<'a> {
    pub fn text(&self, field: &str) -> Option<&str> {
        self.texts.get(field).map(AsRef::as_ref)
    }

    pub fn bytes(&self, field: &str) -> Option<&'a [u8]> {
        self.bytes.get(field).copied()
    }
}

/// Reads the one object of a stream and leaves the cursor behind it.
pub(super) fn object<'a>(cursor: &mut Cursor<'a>) -> Result<Fields<'a>, Fault> {
    if cursor.take(HEADER.len())? != HEADER {
        return Err(Fault::Unexpected("it does not begin as one"));
    }
    let mut walk = Walk {
        cursor,
        handles: Vec::new(),
        steps: 0,
    };
    match walk.value(0)? {
        Value::Object(fields) => Ok(fields),
        _ => Err(Fault::Unexpected("it is not an object")),
    }
}

/// One text field of the object that `bytes` are the stream of.
pub(super) fn text_field(bytes: &[u8], field: &str) -> Option<String> {
    object(&mut Cursor::new(bytes))
        .ok()?
        .text(field)
        .map(str::to_owned)
}

/// A class as the stream describes it.
#[derive(Debug, Default)]
struct Class {
    flags: u8,
    /// Type code and name, in the stream's order.
    fields: Vec<(u8, String)>,
    /// The element type of an array's class, by the second character of its name.
    element: u8,
    /// Its superclass's handle, where it has one.
    parent: Option<usize>,
}

#[derive(Debug)]
enum Handle {
    Class(Rc<Class>),
    Text(Rc<str>),
    Other,
}

#[derive(Debug)]
enum Value<'a> {
    Nothing,
    Text(Rc<str>),
    Bytes(&'a [u8]),
    Object(Fields<'a>),
    Other,
    /// End of the data that a class wrote by itself.
    End,
}

struct Walk<'c, 'a> {
    cursor: &'c mut Cursor<'a>,
    handles: Vec<Handle>,
    steps: usize,
}

impl<'a> Walk<'_, 'a> {
    fn step(&mut self) -> Result<(), Fault> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(Fault::Unexpected("it never ends"));
        }
        Ok(())
    }

    fn handle(&mut self, handle: Handle) -> usize {
        self.handles.push(handle);
        self.handles.len() - 1
    }

    /// Any element of the stream.
    fn value(&mut self, depth: usize) -> Result<Value<'a>, Fault> {
        self.step()?;
        if depth > MAX_DEPTH {
            return Err(Fault::Unexpected("objects are nested too deep"));
        }
        match self.cursor.byte()? {
            0x70 => Ok(Value::Nothing),
            0x71 => {
                let index = self.reference()?;
                Ok(match self.handles.get(index) {
                    Some(Handle::Text(text)) => Value::Text(Rc::clone(text)),
                    Some(_) => Value::Other,
                    None => return Err(Fault::Unexpected("a reference leads nowhere")),
                })
            }
            0x72 => self.new_class(depth).map(|_| Value::Other),
            0x73 => self.new_object(depth),
            0x74 => {
                let text: Rc<str> = self.cursor.text()?.into();
                self.handle(Handle::Text(Rc::clone(&text)));
                Ok(Value::Text(text))
            }
            0x75 => self.array(depth),
            0x76 => {
                self.class(depth)?;
                self.handle(Handle::Other);
                Ok(Value::Other)
            }
            0x77 => {
                let length = usize::from(self.cursor.byte()?);
                self.cursor.take(length)?;
                Ok(Value::Other)
            }
            0x78 => Ok(Value::End),
            0x7a => {
                self.cursor.counted()?;
                Ok(Value::Other)
            }
            0x7e => {
                self.class(depth)?;
                self.handle(Handle::Other);
                self.value(depth + 1)?;
                Ok(Value::Other)
            }
            _ => Err(Fault::Unexpected("an element is of unknown kind")),
        }
    }

    fn reference(&mut self) -> Result<usize, Fault> {
        let number = self.cursor.number()?;
        number
            .checked_sub(FIRST_HANDLE)
            .and_then(|index| usize::try_from(index).ok())
            .ok_or(Fault::Unexpected("a reference leads nowhere"))
    }

    /// A class description: new, by reference, or none.
    fn class(&mut self, depth: usize) -> Result<Option<usize>, Fault> {
        self.step()?;
        match self.cursor.byte()? {
            0x70 => Ok(None),
            0x71 => {
                let index = self.reference()?;
                match self.handles.get(index) {
                    Some(Handle::Class(_)) => Ok(Some(index)),
                    _ => Err(Fault::Unexpected("a reference leads to no class")),
                }
            }
            0x72 => self.new_class(depth).map(Some),
            _ => Err(Fault::Unexpected("a class is not described")),
        }
    }

    fn new_class(&mut self, depth: usize) -> Result<usize, Fault> {
        if depth > MAX_DEPTH {
            return Err(Fault::Unexpected("classes are nested too deep"));
        }
        let name = self.cursor.text()?;
        self.cursor.take(8)?;
        let index = self.handle(Handle::Other);
        let mut class = Class {
            flags: self.cursor.byte()?,
            element: name.as_bytes().get(1).copied().unwrap_or(0),
            ..Class::default()
        };
        for _ in 0..self.cursor.short()? {
            self.step()?;
            let kind = self.cursor.byte()?;
            let name = self.cursor.text()?;
            if matches!(kind, b'[' | b'L') {
                // The field's class name, which says nothing that its value does not.
                self.value(depth + 1)?;
            }
            class.fields.push((kind, name));
        }
        self.annotation(depth)?;
        class.parent = self.class(depth + 1)?;
        if let Some(place) = self.handles.get_mut(index) {
            *place = Handle::Class(Rc::new(class));
        }
        Ok(index)
    }

    /// What a class wrote by itself, up to its end.
    fn annotation(&mut self, depth: usize) -> Result<(), Fault> {
        while !matches!(self.value(depth + 1)?, Value::End) {}
        Ok(())
    }

    fn new_object(&mut self, depth: usize) -> Result<Value<'a>, Fault> {
        let class = self.class(depth + 1)?;
        self.handle(Handle::Other);
        let mut fields = Fields::default();
        // Data comes superclass first.
        let mut lineage = Vec::new();
        let mut next = class;
        while let Some(index) = next {
            self.step()?;
            let Some(Handle::Class(class)) = self.handles.get(index) else {
                return Err(Fault::Unexpected("a class inherits from none"));
            };
            next = class.parent;
            lineage.push(Rc::clone(class));
        }
        for class in lineage.into_iter().rev() {
            let flags = class.flags;
            if flags & 0x02 != 0 {
                for (kind, name) in &class.fields {
                    match self.field(*kind, depth)? {
                        Value::Text(text) => {
                            fields.texts.insert(name.clone(), text);
                        }
                        Value::Bytes(bytes) => {
                            fields.bytes.insert(name.clone(), bytes);
                        }
                        _ => {}
                    }
                }
                if flags & 0x01 != 0 {
                    self.annotation(depth)?;
                }
            } else if flags & 0x04 != 0 {
                if flags & 0x08 == 0 {
                    return Err(Fault::Unexpected("an object hides its own end"));
                }
                self.annotation(depth)?;
            }
        }
        Ok(Value::Object(fields))
    }

    fn field(&mut self, kind: u8, depth: usize) -> Result<Value<'a>, Fault> {
        self.step()?;
        match kind {
            b'[' | b'L' => self.value(depth + 1),
            other => {
                self.cursor.take(primitive(other)?)?;
                Ok(Value::Other)
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value<'a>, Fault> {
        let class = self.class(depth + 1)?;
        self.handle(Handle::Other);
        let element = match class.and_then(|index| self.handles.get(index)) {
            Some(Handle::Class(class)) => class.element,
            _ => return Err(Fault::Unexpected("an array has no class")),
        };
        let count = self.cursor.count()?;
        match element {
            b'B' => Ok(Value::Bytes(self.cursor.take(count)?)),
            b'[' | b'L' => {
                for _ in 0..count {
                    self.value(depth + 1)?;
                }
                Ok(Value::Other)
            }
            other => {
                self.cursor.take(count.saturating_mul(primitive(other)?))?;
                Ok(Value::Other)
            }
        }
    }
}

/// Bytes of a primitive type, by its code.
fn primitive(code: u8) -> Result<usize, Fault> {
    Ok(match code {
        b'B' | b'Z' => 1,
        b'C' | b'S' => 2,
        b'F' | b'I' => 4,
        b'D' | b'J' => 8,
        _ => return Err(Fault::Unexpected("a field is of unknown type")),
    })
}
